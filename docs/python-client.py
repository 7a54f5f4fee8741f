"""Searches by Kafka alone: python3 python-client.py KAFKA.properties SKETCH.png

KAFKA.properties has the settings of a Kafka client: `up` writes kafka.properties into its home,
elsewhere one line is enough, such as bootstrap.servers=kafka:9092.

Needs confluent-kafka, protobuf, and the contract as Python:
protoc -I event-contracts/src/main/protobuf --python_out=. sketchstream.proto
"""
import sys
import time
import uuid

from confluent_kafka import Consumer, Producer, TopicPartition
from sketchstream_pb2 import SearchAnswered, SketchSubmitted

properties, file = sys.argv[1:]
kafka = dict(line.strip().split("=", 1) for line in open(properties) if "=" in line)
kafka.pop("sasl.jaas.config", None)  # The same login, for clients in Java.
reply_partition = 0  # Any partition of search-results; answers to others are passed over.
results = Consumer({**kafka, "group.id": "none", "enable.auto.commit": False})
_, end = results.get_watermark_offsets(TopicPartition("search-results", reply_partition), timeout=10)
results.assign([TopicPartition("search-results", reply_partition, end)])

query = SketchSubmitted(query_id=str(uuid.uuid4()))
query.sketch.raster = open(file, "rb").read()
query.request.k = 5
query.request.reply_partition = reply_partition
query.request.deadline.FromSeconds(int(time.time()) + 30)
# Java's partitioner, not librdkafka's own: all records of a key must lie in one partition.
producer = Producer({**kafka, "partitioner": "murmur2_random"})
producer.produce("sketches", key=query.query_id, value=query.SerializeToString())
producer.flush()

while (record := results.poll(30)) and record.key() != query.query_id.encode():
    pass
if record is None:
    sys.exit("no answer")
answer = SearchAnswered.FromString(record.value())
for hit in answer.hits:
    print(f"{hit.score:.3f} {hit.image_id}")
