"""The production event log: Apache Kafka 4.x, spoken to through aiokafka."""

from shared.adapters.kafka_log.log import KafkaLog

__all__ = ["KafkaLog"]
