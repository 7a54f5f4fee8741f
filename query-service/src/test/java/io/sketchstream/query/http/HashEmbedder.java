package io.sketchstream.query.http;

import io.sketchstream.events.EventHeaders;
import io.sketchstream.events.SearchError;
import io.sketchstream.events.SearchErrorCode;
import io.sketchstream.events.Sketch;
import io.sketchstream.events.SketchEmbedded;
import io.sketchstream.events.SketchSubmitted;
import io.sketchstream.events.StageTiming;
import io.sketchstream.events.Topics;
import io.sketchstream.query.index.Vectors;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/// Stands where the embed service is: takes sketches from Kafka and gives each the vector that its
/// bytes hash to. Sketches that begin with `BAD` are refused, those that begin with `SLOW` are
/// lost.
final class HashEmbedder implements AutoCloseable {
  static final int DIMENSION = 32;

  private final KafkaConsumer<String, SketchSubmitted> consumer;
  private final KafkaProducer<String, SketchEmbedded> producer;
  private final Thread thread = Thread.ofPlatform().name("hash-embedder").unstarted(this::run);
  private volatile String generation;

  HashEmbedder(String bootstrapServers, String generation) {
    this.generation = generation;
    consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers", bootstrapServers,
                "group.id", "embed-sketches",
                "auto.offset.reset", "earliest"),
            new StringDeserializer(),
            Topics.SKETCHES.valueSerde().deserializer());
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers, "linger.ms", 0),
            new StringSerializer(),
            Topics.SKETCH_EMBEDDINGS.valueSerde().serializer());
    thread.start();
  }

  void embedIn(String otherGeneration) {
    generation = otherGeneration;
  }

  static float[] vector(Sketch sketch) {
    return Vectors.clustered(
        new SplittableRandom(sketch.toByteString().hashCode()), DIMENSION, 1000);
  }

  private void run() {
    try (consumer;
        producer) {
      consumer.subscribe(List.of(Topics.SKETCHES.name()));
      while (true) {
        consumer.poll(Duration.ofMillis(100)).forEach(this::embed);
      }
    } catch (WakeupException e) {
      // Asked to stop.
    }
  }

  private void embed(ConsumerRecord<String, SketchSubmitted> record) {
    SketchSubmitted submitted = record.value();
    String text = submitted.getSketch().getRaster().toStringUtf8();
    if (text.startsWith("SLOW")) {
      return;
    }
    SketchEmbedded.Builder embedded =
        SketchEmbedded.newBuilder()
            .setQueryId(submitted.getQueryId())
            .setGeneration(generation)
            .setRequest(submitted.getRequest())
            .addTimings(StageTiming.newBuilder().setStage("encode").setMicros(1234));
    if (text.startsWith("BAD")) {
      embedded.setError(
          SearchError.newBuilder()
              .setCode(SearchErrorCode.BAD_SKETCH)
              .setMessage("the sketch is no image"));
    } else {
      for (float x : vector(submitted.getSketch())) {
        embedded.addVector(x);
      }
    }
    RecordHeaders headers = new RecordHeaders();
    EventHeaders.continueTrace(record.headers(), headers);
    producer.send(
        new ProducerRecord<>(
            Topics.SKETCH_EMBEDDINGS.name(), null, record.key(), embedded.build(), headers));
  }

  @Override
  public void close() throws InterruptedException {
    consumer.wakeup();
    thread.join();
  }
}
