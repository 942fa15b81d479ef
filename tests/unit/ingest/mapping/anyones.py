"""Payloads that nobody has described, each with Lina Exempel in it and nobody else for the lead."""

from typing import Any

ANYONES: dict[str, dict[str, Any]] = {
    "Swedish": {"Namn": "Lina Exempel", "E-postadress": "lina@exempel.se", "Mobilnummer": "070-174 06 05"},
    "Swedish questions": {
        "Vad heter du?": "Lina Exempel",
        "Din e-post *": "lina@exempel.se",
        "Ditt telefonnummer": "070-174 06 05",
    },
    "English": {"Full Name": "Lina Exempel", "Email Address": "lina@exempel.se", "Phone Number": "070-174 06 05"},
    "English questions": {
        "What is your name?": "Lina Exempel",
        "Your email": "lina@exempel.se",
        "Cell phone": "070-174 06 05",
    },
    "camel case": {"fullName": "Lina Exempel", "contactEmail": "lina@exempel.se", "phoneNumber": "070-174 06 05"},
    "WordPress": {"your-name": "Lina Exempel", "your-email": "lina@exempel.se", "your-tel": "070-174 06 05"},
    "Jotform": {"q3_name": "Lina Exempel", "q4_email": "lina@exempel.se", "q5_phoneNumber": {"full": "070-174 06 05"}},
    "Norwegian": {"Navn": "Lina Exempel", "E-postadresse": "lina@exempel.se", "Tlf.": "070-174 06 05"},
    "Danish": {"Fulde navn": "Lina Exempel", "Mailadresse": "lina@exempel.se", "Telefonnr": "070-174 06 05"},
    "German": {
        "Vor- und Nachname": "Lina Exempel",
        "E-Mail-Adresse": "lina@exempel.se",
        "Handynummer": "070-174 06 05",
    },
    "Finnish": {"Nimi": "Lina Exempel", "Sähköposti": "lina@exempel.se", "Puhelinnumero": "070-174 06 05"},
    "caller": {
        "customer_name": "Lina Exempel",
        "customer_phone_number": "070-174 06 05",
        "email": "lina@exempel.se",
        "tracking_phone_number": "018-10 20 30",
        "business_phone_number": "018-10 20 31",
    },
    "nested": {
        "data": {"lead": {"name": "Lina Exempel", "contact": {"email": "lina@exempel.se", "phone": "070-174 06 05"}}}
    },
    "laid flat": {
        "payload__invitee__name": "Lina Exempel",
        "payload__invitee__email": "lina@exempel.se",
        "payload__invitee__phone_number": "070-174 06 05",
        "payload__event__assigned_to__0": "Sara Lind",
        "payload__event__extended_assigned_to__0__email": "sara@exempelsol.se",
        "payload__event_type__name": "Rådgivning",
        "querystring__phone": "018-10 20 30",
    },
    "lists": {
        "contact": {"name": "Lina Exempel", "emails": [{"value": "lina@exempel.se"}], "phones": ["070-174 06 05"]}
    },
    "questions": {
        "form_response": {
            "answers": [
                {"question": "Namn", "answer": "Lina Exempel"},
                {"question": "E-post", "answer": "lina@exempel.se"},
                {"question": "Telefon", "answer": "070-174 06 05"},
            ]
        }
    },
    "kinds": {
        "fields": [
            {"key": "1", "label": "Namn", "type": "INPUT_TEXT", "value": "Lina Exempel"},
            {"key": "2", "label": "Hur når vi dig?", "type": "INPUT_EMAIL", "value": "lina@exempel.se"},
            {"key": "3", "label": "Eller ring", "type": "INPUT_PHONE_NUMBER", "value": "070-174 06 05"},
        ]
    },
    "only address": {"name": "Lina Exempel", "tel": "070-174 06 05", "field_7": "lina@exempel.se"},
    "owner first": {
        "owner": {"name": "Sara", "email": "sara@exempelsol.se", "phone": "018-10 20 30"},
        "assigned_to": "sara@exempelsol.se",
        "Sales rep email": "sara@exempelsol.se",
        "created_by_email": "x@exempelsol.se",
        "name": "Lina Exempel",
        "email": "lina@exempel.se",
        "mobile": "070-174 06 05",
    },
    "host and guests": {
        "payload": {
            "name": "Lina Exempel",
            "email": "lina@exempel.se",
            "text_reminder_number": None,
            "questions_and_answers": [{"question": "Telefonnummer", "answer": "070-174 06 05"}],
            "scheduled_event": {
                "name": "30 min",
                "event_memberships": [{"user_email": "sara@exempelsol.se", "user_name": "Sara"}],
                "event_guests": [{"email": "guest@exempel.se"}],
            },
        }
    },
    "query of a page": {
        "urlParameters": [{"id": "email", "name": "email", "value": "url@exempel.se"}],
        "hidden": {"phone": "000 000 000"},
        "page_url": "https://exempel.se/?email=url@exempel.se",
        "questions": [
            {"id": "1", "name": "Name", "type": "ShortAnswer", "value": "Lina Exempel"},
            {"id": "2", "name": "E-mail", "type": "EmailInput", "value": "lina@exempel.se"},
            {"id": "3", "name": "Phone", "type": "PhoneNumber", "value": "070-174 06 05"},
        ],
    },
    "second ones": {
        "work_email": "lina@jobbet.se",
        "email": "lina@exempel.se",
        "E-post 2": "annan@exempel.se",
        "Namn": "Lina Exempel",
        "company": {"email": "info@jobbet.se", "phone": "018-10 20 30"},
        "phone": "070-174 06 05",
    },
    "things with names": {
        "form": {"name": "Solkampanj", "id": "7"},
        "formName": "Sol",
        "items": [{"name": "Solpanel"}],
        "customer": {"name": "Lina Exempel", "email": "lina@exempel.se"},
        "telefon": "070-174 06 05",
    },
    "contact last": {
        "email": "info@plattform.se",
        "account_manager": {"contact": {"name": "Sara", "email": "sara@exempelsol.se"}},
        "contact": {"name": "Lina Exempel", "email": "lina@exempel.se", "phone": "070-174 06 05"},
    },
    "a question about the seller": {
        "fields": [
            {"key": "1", "label": "Vem är din säljare?", "type": "INPUT_EMAIL", "value": "sara@exempelsol.se"},
            {"key": "2", "label": "Du då?", "type": "INPUT_EMAIL", "value": "lina@exempel.se"},
            {"key": "3", "label": "Namn", "type": "INPUT_TEXT", "value": "Lina Exempel"},
            {"key": "4", "label": "Mobil", "type": "INPUT_PHONE_NUMBER", "value": "070-174 06 05"},
        ]
    },
    "empty ones": {
        "email": "",
        "E-post": "lina@exempel.se",
        "name": None,
        "fullname": "Lina Exempel",
        "phone": "N/A",
        "tel": "070-174 06 05",
    },
    "booking": {
        "triggerEvent": "BOOKING_CREATED",
        "payload": {
            "organizer": {"name": "Sara", "email": "sara@exempelsol.se"},
            "attendees": [{"name": "Lina Exempel", "email": "lina@exempel.se"}],
            "responses": {"phone": {"label": "Telefon", "value": "070-174 06 05"}},
        },
    },
    "host and guest": {
        "host": {"name": "Sara", "email": "sara@exempelsol.se", "phone": "018-10 20 30"},
        "guest": {"name": "Lina Exempel", "email": "lina@exempel.se", "phone": "070-174 06 05"},
    },
    "host among the attendees": {
        "attendees": [
            {"role": "host", "name": "Sara", "email": "sara@exempelsol.se"},
            {"role": "guest", "name": "Lina Exempel", "email": "lina@exempel.se", "phone": "070-174 06 05"},
        ]
    },
    "organiser told by a flag": {
        "attendees": [
            {"organizer": True, "name": "Sara", "email": "sara@exempelsol.se"},
            {"name": "Lina Exempel", "email": "lina@exempel.se", "phone": "070-174 06 05"},
        ]
    },
    "user beside the contact": {
        "user": {"name": "Sara", "email": "sara@exempelsol.se", "phone": "018-10 20 30"},
        "contact": {"name": "Lina Exempel", "email": "lina@exempel.se"},
        "Mobil": "070-174 06 05",
    },
    "user who is the lead": {
        "user": {"name": "Lina Exempel", "email": "lina@exempel.se"},
        "answers": {"Telefon dagtid": "070-174 06 05"},
    },
    "administrator beside": {
        "Namn": "Lina Exempel",
        "E-post": "lina@exempel.se",
        "Telefon": "070-174 06 05",
        "Entry": {"User": {"Name": "Admin", "Email": "admin@exempelsol.se"}},
    },
    "written together": {
        "owneremail": "sara@exempelsol.se",
        "saljarens_epost": "sara@exempelsol.se",
        "innesäljare": "Sara",
        "namn": "Lina Exempel",
        "epost": "lina@exempel.se",
        "tfn": "070-174 06 05",
    },
    "whole questions": {
        "Hej! Vad heter du?": "Lina Exempel",
        "Vilken mejladress kan vi skicka offerten till?": "lina@exempel.se",
        "På vilket nummer når vi dig bäst?": "070-174 06 05",
    },
    "a label and what it asks more closely": {
        "Kontakt (Namn)": "Lina Exempel",
        "Kontakt (E-post)": "lina@exempel.se",
        "Phone/Mobile": "070-174 06 05",
    },
    "an earlier answer in the question": {
        "Tack {{field:abc}}! Och ditt namn?": "Lina Exempel",
        "<b>E-post</b>": "lina@exempel.se",
        "field:phone_1b2c": "070-174 06 05",
    },
    "typed answers": {
        "answers": [
            {"type": "text", "text": "Lina Exempel", "field": {"ref": "name"}},
            {"type": "email", "email": "lina@exempel.se", "field": {"ref": "q2"}},
            {"type": "phone_number", "phone_number": "070-174 06 05", "field": {"ref": "q3"}},
        ]
    },
    "hidden fields": {
        "fields": [
            {"key": "h", "label": "email", "type": "HIDDEN_FIELDS", "value": "url@exempel.se"},
            {"key": "1", "label": "Namn", "type": "INPUT_TEXT", "value": "Lina Exempel"},
            {"key": "2", "label": "E-post", "type": "INPUT_EMAIL", "value": "lina@exempel.se"},
            {"key": "3", "label": "Telefon", "type": "INPUT_PHONE_NUMBER", "value": "070-174 06 05"},
        ]
    },
    "payer of a payment": {
        "answers": [
            {"type": "payment", "payment": {"name": "Olle Prov", "email": "o@prov.se"}, "field": {"type": "payment"}},
            {"type": "text", "text": "Lina Exempel", "field": {"ref": "your_name", "type": "short_text"}},
            {"type": "email", "email": "lina@exempel.se", "field": {"ref": "q2", "type": "email"}},
            {"type": "phone_number", "phone_number": "070-174 06 05", "field": {"type": "phone_number"}},
        ]
    },
    "what the form reckoned": {
        "variables": {"name": "typeform", "phone": "018-10 20 30"},
        "Namn": "Lina Exempel",
        "E-post": "lina@exempel.se",
        "Telefon": "070-174 06 05",
    },
    "those they bring": {
        "booked_by": {"name": "Lina Exempel", "email": "lina@exempel.se", "phone": "070-174 06 05"},
        "created_by": {"name": "Sara", "email": "sara@exempelsol.se"},
        "guests": [{"email": "gast@exempel.se"}],
    },
}
