"""What the names of fields mean: one table, in Swedish and English, their neighbours' languages and some others."""

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from services.ingest.mapping.guessing.wording import CACHED, spelled_of, words_of
from services.ingest.mapping.texts import word_set

_TABLE: Mapping[str, str] = {
    "person.email": """
        email emails emailaddress emailaddresses mail mailaddress emailid epost epostadress epostaddress mejl
        mejladress mailadress emailadress epostadresse emailadresse mailadresse sahkoposti sahkopostiosoite
        correo courriel replyto
        adressemail adresseemail adresemail correoelectronico emailaddres emailadres indirizzoemail indirizzomail
        jobbmejl jobbmail jobbepost arbetsmejl arbetsmail arbetsepost
        メールアドレス メール eメール 邮箱 电子邮箱 电子邮件 電子郵件 이메일 почта электроннаяпочта эладрес
        mailadres
    """,
    "person.phone": """
        phone phones phonenumber phonenumbers phoneno phonenr telephone telephonenumber tel telno telnr
        telefon telefonnummer telefonnr mobil mobilnummer mobilnr mobiltelefon mobiltelefonnummer mobile
        mobilenumber mobileno mobilephone mobilephonenumber cell cellphone cellphonenumber cellnumber handy
        handynummer rufnummer telefonnumre tlf tlfnr puhelin puhelinnumero matkapuhelin callernumber callernum
        callerid phonefull phonenumberfull telefonfull whatsapp whatsappnumber tfn tfnr telnummer mob mobtel
        contactnumber contactno contactphone kontaktnummer telefoon telefoonnummer mobiel gsm telefono telefonocelular
        celular movil telefone telemovel cellulare numerodetelefono numerodetelephone numeroditelefono
        numerodetelefone numertelefonu jobbtelefon jobbmobil arbetstelefon
        電話番号 お電話番号 電話 携帯電話 携帯番号 携帯電話番号 电话 电话号码 手机 手机号 手机号码
        전화번호 연락처 휴대폰 휴대폰번호 телефон номертелефона номертелефону ご連絡先電話番号
    """,
    "person.full_name": """
        name fullname namn namnet fullstandigtnamn helanamn forochefternamn namnochefternamn
        fornamnochefternamn fornamnefternamn firstandlastname firstnamelastname firstlastname navn fuldenavn
        fulltnavn fulltnamn kontaktperson contactperson contactname kontaktnamn nimi kokonimi vorundnachname
        vornachname vollstandigername callername personname personnamn namesurname vadheterdu displayname
        firstandlast
        naam volledigenaam nom nometprenom nomprenom prenometnom nomcomplet nombre nombrecompleto nombreyapellido
        nombreyapellidos nome nomecompleto nomeecognome imieinazwisko parentsname malsmansnamn vardnadshavaresnamn
        namnefternamn namevorname nachnamevorname nickname
        お名前 名前 氏名 ご氏名 姓名 名字 이름 성함 имя фио полноеимя ご担当者名 ご担当者様名
    """,
    "person.first_name": """
        firstname fname givenname forename fornamn fornavn vorname etunimi tilltalsnamn namefirst namnfirst
        fullnamefirst vadkanvikalladig vadskavikalladig whatshouldwecallyou
        voornaam prenom primernombre primeironome imie 名 下の名前
    """,
    "person.last_name": """
        lastname lname sname surname familyname efternamn etternavn efternavn nachname familienname sukunimi
        namelast namnlast fullnamelast
        achternaam nomdefamille apellido apellidos apelido sobrenome cognome nazwisko 姓 苗字 фамилия
    """,
    "person.job_title": """
        jobtitle jobbtitel befattning yrkestitel yrkesroll jobrole jobposition stilling berufsbezeichnung
        tehtavanimike stillingstittel yourrole dinroll dinrollpaforetaget dintitel yourjobtitle roll role
        yourposition whatisyourposition whatsyourposition yourtitle whatisyourtitle whatsyourtitle
        jobtitel jobbezeichnung stellenbezeichnung fonction functie puesto 役職 職種 职位 職位
        designation
    """,
    "company.name": """
        company companyname organisation organization organisationname organizationname foretag foretaget
        foretagsnamn foretagetsnamn bolag bolagsnamn firma firmanavn firmanamn firmenname virksomhed
        virksomhet bedrift bedriftsnavn unternehmen yritys yrityksennimi employer arbetsgivare businessname
        nameofcompany org orgname
        unternehmensname namedesunternehmens virksomhedsnavn
        bedrijf bedrijfsnaam organisatie entreprise nomdelentreprise societe empresa nombredelaempresa azienda
        nameofyourcompany nameofthecompany nameoforganisation nameoforganization nameofyourorganisation
        nameofyourorganization nameofyourbusiness namnpaforetag namnpaforetaget namnpadittforetag namnpaertforetag
        thenameofyourcompany whatisthenameofyourcompany whatsthenameofyourcompany
        会社名 貴社名 御社名 企業名 法人名 会社 公司 公司名称 公司名稱 회사 회사명 компания
    """,
    "company.organisation_number": """
        organisationsnummer orgnr orgnummer orgnumber organisationsnr organizationnumber organisationnumber orgno
        organisasjonsnummer cvr cvrnummer cvrnr ytunnus companyregistrationnumber
    """,
    "company.domain": """
        companydomain
    """,
    "company.size": """
        companysize numberofemployees noofemployees antalanstallda antallansatte antalmedarbetare
        employeecount companyemployees foretagsstorlek 従業員数
    """,
    "company.industry": """
        industry bransch companyindustry jobindustry 業種
    """,
    "address.street": """
        street streetaddress address addressline addrline adress gatuadress gata gatuadressen adresse
        gateadresse strasse strassehausnummer strasseundhausnummer osoite katuosoite streetline postadress
        utdelningsadress hemadress
        besoksadress visitingaddress installationsadress fastighetsadress straat adres rue direccion calle endereco
        morada indirizzo ulica 住所 ご住所 地址 주소 адрес
        addr streetname gatunamn adressrad gatenavn veinavn vejnavn vejnavnoghusnr vejnavnoghusnummer strassenr
        strasseundhausnr line1 gatuadressochnr gatuadressochnummer adressochnr
    """,
    "address.postal_code": """
        postal postalcode postcode zip zipcode postnummer postnr postleitzahl plz postinumero zippostalcode
        postalzip zippostal postalzipcode postnummret pcode
        codepostal codigopostal cep kodpocztowy 郵便番号 邮编 邮政编码 우편번호
    """,
    "address.city": """
        city suburb locality town by ort orten postort postorten stad stadt kaupunki poststed bostadsort
        plaats woonplaats plaatsnaam ville ciudad localidad cidade citta miasto 市区町村 市町村 城市 도시 город
    """,
    "address.region": """
        region state province county fylke bundesland stateprovince stateregion
        provincie provincia departement 都道府県
    """,
    "address.country": """
        country land countryname countrycode
        pays pais paese kraj 国 国名 国家
        countryregion
    """,
    "message": """
        message meddelande meddelandet comment comments kommentar kommentarer inquiry enquiry forfragan
        nachricht melding beskjed besked viesti howcanwehelp howcanwehelpyou hurkanvihjalpadig
        vadkanvihjalpadigmed vadkanvihjalpatillmed anmerkung bemerkung messagetext yourmessage
        bericht opmerking opmerkingen votremessage mensaje comentario comentarios mensagem messaggio wiadomosc
        お問い合わせ内容 お問合せ内容 メッセージ ご質問 備考 留言 메시지 문의내용 сообщение
        hvakanvihjelpedegmed hvadkanvihjaelpedigmed wiekonnenwirihnenhelfen commentormessage kommentarellermeddelande
    """,
    "submission_id": """
        submissionid leadid responseid entryid submissionuuid leaduuid submissionkey inskickningsid leadgenid
        formsubmissionid formresponseid formentryid uniqueid uniqueentryid registrantkey registrationid
        bookingid bookinguid appointmentid inviteeid chatid conversationid
    """,
    "submitted_at": """
        submittedat submissiontime submissiondate submittime submitdate submitted submittedon submitat
        leadsubmittime submissiontimestamp submissioncreatedat inskickad inskickat datesubmitted
        datetimesubmitted registrationdate registrationtime registeredat bookedat bokad anmald
    """,
    "is_test": "istest testmode testlead test istestlead",
    "attribution.campaign_name": "campaignname kampanj kampanjnamn kampagne",
    "attribution.campaign_id": "campaignid",
    "attribution.ad_group_id": "adgroupid adsetid",
    "attribution.creative_id": "creativeid adid",
    "attribution.form_id": "formid",
    "attribution.last_touch.landing_url": """
        landingurl landingpage landingpageurl pageurl pageuri sourceurl url href pagelocation currenturl
        submissionurl landningssida sidurl landing page
    """,
    "attribution.last_touch.referrer": """
        referrer referer httpreferrer httpreferer referrerurl refererurl referringurl referrername
    """,
    **{f"attribution.last_touch.{name}": f"utm{name}" for name in ("source", "medium", "campaign", "term", "content")},
}
CLICK_IDS: Mapping[str, str] = {
    "gclid": "gclid",
    "googleclickid": "gclid",
    "zcgad": "gclid",
    "gbraid": "gbraid",
    "wbraid": "wbraid",
    "dclid": "dclid",
    "fbclid": "fbclid",
    "facebookclickid": "fbclid",
    "msclkid": "msclkid",
    "msclikid": "msclkid",
    "microsoftclickid": "msclkid",
    "lifatid": "li_fat_id",
    "ttclid": "ttclid",
    "sccid": "sccid",
    "twclid": "twclid",
    "rdtcid": "rdt_cid",
}
"""Click ids by name without signs; Google's lead forms write `gcl_id` (inbound-sources 5.5), Zoho's forms `zc_gad`, and
HighLevel `msclikid`."""

_WITHOUT_MEANING = word_set("""
    your you my mine our the a an of for din ditt dina er ert eran min mitt mina ange fyll i in enter please
    skriv vad ar what is best basta bra var vilken vilket which primary main personal privat private contact
    customer client lead kund kunden kundens kontakt person persons respondent invitee submitter visitor
    applicant caller user registrant buyer field input text textbox control question answer required
    obligatoriskt obligatorisk optional valfritt frivilligt ihre ihr dein deine bitte hva hvad er og q f wpforms
    txt lautet formatted raw value giltig giltigt s whats we can kan vi na nar reach dig pa on work for jobbar arbetar
    representerar bor live hej hi hello thanks tack heter och and then also nu now du ni dagtid kvallstid
    daytime evening do does are at represent patient patients student students candidate participant attendee
    fld feld mijn uw je jouw wat votre vos quel quelle est tu su cual es seu sua
    qual teu tua o fur ruckfragen hos with till
    requester
""")
_WORK = word_set("work business office arbete arbets arbetet jobb jobbet job geschaftliche dienstliche")
_SECOND = word_set("""
    secondary alternate alternative alternativ other annan
    annat second andra extra backup billing invoice invoices invoicing faktura fakturering fakturaadress shipping
    leverans delivery accounting accounts ekonomi confirm
    confirmation repeat bekrafta upprepa verify home hem guest gast booked submitted requested registered by direct
    direkt
""")
_APART = _WORK | _SECOND
_MARKS = word_set("q f wpforms field input fld feld")
_LEFT_OUT = (_APART, _MARKS, _WITHOUT_MEANING - _APART, _WITHOUT_MEANING | _APART)
"""What of a name may be looked past, in order: `contact person` means something, and so does `your job title`."""
_ADDRESS = word_set("address adress adresse addr")
"""What stands before a part of an address: `address1_city`, `Address_ZipCode`."""
_PERSONS = word_set("customer client contact lead requester visitor applicant invitee attendee kund kunden kundens")
"""What may stand before a person's field, behind what it is about: `ticket_requester_email`."""
RANK_OF_PERSONS = 2
VISITS = word_set("first last initial original latest current touch session visit")
"""Words that tell one visit from another: `first_utm_source`."""
FIRST_VISIT = frozenset({"first", "initial", "original"})
WORK_RANK, SECOND_RANK = 3, 4
"""How far behind a plain name one stands that says it is that of one's work, or not the first."""

_BEHIND = word_set("""
    responseid entryid formresponseid formentryid uniqueid registrantkey registrationid bookingid bookinguid
    jobbmejl jobbmail jobbepost arbetsmejl arbetsmail arbetsepost jobbtelefon jobbmobil arbetstelefon
    appointmentid inviteeid chatid conversationid replyto
    uniqueentryid nickname
""")
"""Names that count where there is none of the submission, the lead or the person itself."""


class Meaning(NamedTuple):
    """The target that a name means, and how far behind others it stands."""

    target: str
    rank: int


MEANINGS: Mapping[str, str] = {
    **{spelled_of(word): target for target, words in _TABLE.items() for word in words.split()},
    **{word: f"attribution.click_ids.{name}" for word, name in CLICK_IDS.items()},
}


def rank_of_words(words: tuple[str, ...]) -> int:
    """Tell how far behind a field's words put it: `Work email` behind `Email`, and `Invoice email` behind both."""
    if not _SECOND.isdisjoint(words):
        return SECOND_RANK
    return 0 if _WORK.isdisjoint(words) else WORK_RANK


@lru_cache(CACHED)
def meaning(name: str) -> Meaning | None:
    """Tell what a field's name means; None for any other."""
    words = words_of(name)
    if not words:
        return None
    plain = MEANINGS.get("".join(words))
    if plain is not None:
        return Meaning(plain, rank_of("".join(words)))
    spelled = [word for word in words if not word.isdigit()]
    rank = SECOND_RANK if words[-1].isdigit() and int(words[-1]) > 1 else rank_of_words(words)
    for left_out in _LEFT_OUT:
        target = MEANINGS.get("".join(word for word in spelled if word not in left_out))
        if target is not None:
            return Meaning(target, rank + (left_out is not _APART))
    plain_words = [word for word in spelled if word not in _APART]
    if plain_words and plain_words[0] in _ADDRESS:
        part = MEANINGS.get("".join(plain_words[1:]), "")
        return Meaning(part, rank) if part.startswith("address.") else None
    persons = max((place for place, word in enumerate(words) if word in _PERSONS), default=None)
    if persons is not None:
        target = MEANINGS.get("".join(words[persons + 1 :]), "")
        return Meaning(target, RANK_OF_PERSONS) if target.startswith("person.") else None
    visited = MEANINGS.get("".join(word for word in spelled if word not in VISITS), "")
    return Meaning(visited, 0) if visited.startswith("attribution.") else None


def rank_of(spelled: str) -> int:
    """Tell how far behind others a name of the table stands."""
    return int(spelled in _BEHIND)
