package io.sketchstream.embed;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sketchstream.broker.EmbeddedBroker;
import io.sketchstream.embed.Embedder.EmbedderContext;
import io.sketchstream.embed.device.Options;
import io.sketchstream.embed.generations.EncoderSource;
import io.sketchstream.embed.generations.GenerationServices.Retry;
import io.sketchstream.embed.images.ImageOptions;
import io.sketchstream.embed.sketches.SketchOptions;
import io.sketchstream.events.Generation;
import io.sketchstream.events.ImageAttributes;
import io.sketchstream.events.ImageIngested;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.ModelState;
import io.sketchstream.events.SearchRequest;
import io.sketchstream.events.Sketch;
import io.sketchstream.events.SketchEmbedded;
import io.sketchstream.events.SketchSubmitted;
import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.events.Topics;
import io.sketchstream.shell.kafka.KafkaClients;
import io.sketchstream.shell.tracing.Tracing;
import io.sketchstream.shell.worker.Workers;
import io.sketchstream.testing.Await;
import io.sketchstream.testing.TopicRecords;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// A broker with all topics, and the other services' part in what is tested here.
public final class TestKafka implements AutoCloseable {
  static final int PARTITIONS = 2;

  private final EmbeddedBroker broker;
  public final Admin admin;
  final KafkaProducer<byte[], byte[]> producer;

  public TestKafka(Path home) {
    this(EmbeddedBroker.start(home));
  }

  /// @param broker closed with this
  TestKafka(EmbeddedBroker broker) {
    this.broker = broker;
    admin = Admin.create(settings());
    provisioner().createPermanent(admin);
    producer =
        new KafkaProducer<>(settings(), new ByteArraySerializer(), new ByteArraySerializer());
  }

  public Map<String, Object> settings() {
    return Map.of("bootstrap.servers", broker.bootstrapServers());
  }

  public static TopicProvisioner provisioner() {
    return new TopicProvisioner(PARTITIONS, (short) 1);
  }

  static EmbedOptions options(int batchSizeMax, int threads) {
    return options(batchSizeMax, threads, Duration.ofMinutes(5));
  }

  static EmbedOptions options(int batchSizeMax, int threads, Duration stallMax) {
    return new EmbedOptions(
        Options.device(threads),
        new ImageOptions(batchSizeMax, 4, 0, Duration.ofSeconds(4), stallMax),
        new SketchOptions(64, Duration.ofSeconds(4), stallMax),
        2,
        10_000,
        new Retry(Duration.ofMillis(50), Duration.ofSeconds(1)));
  }

  Embedder embedder(EncoderSource source, EmbedOptions options, SimpleMeterRegistry registry) {
    return embedder(source, options, registry, new Workers(registry));
  }

  Embedder embedder(
      EncoderSource source, EmbedOptions options, SimpleMeterRegistry registry, Workers workers) {
    return start(
        new EmbedderContext(
            new KafkaClients(settings()),
            provisioner(),
            source,
            options,
            registry,
            Tracing.OFF,
            workers,
            InstantSource.system()));
  }

  /// An embedder whose clock is another one.
  Embedder embedder(EncoderSource source, SimpleMeterRegistry registry, InstantSource clock) {
    return start(
        new EmbedderContext(
            new KafkaClients(settings()),
            provisioner(),
            source,
            options(16, 1),
            registry,
            Tracing.OFF,
            new Workers(registry),
            clock));
  }

  static Embedder start(EmbedderContext context) {
    Embedder embedder = new Embedder(context);
    embedder.start();
    return embedder;
  }

  void model(Generation generation, ModelState state, long epoch) throws Exception {
    model(generation, ModelChanged.newBuilder().setState(state).setEpoch(epoch));
  }

  void model(Generation generation, ModelChanged.Builder change) throws Exception {
    change.setGeneration(generation.id()).setDimension(FakeEncoder.DIMENSION);
    send(Topics.MODELS.name(), 0, generation.id(), change.build().toByteArray());
  }

  /// Writes an image, and tells its offset.
  public long image(int partition, String id, String bytes) throws Exception {
    ImageIngested image =
        ImageIngested.newBuilder()
            .setImageId(id)
            .setJpeg(ByteString.copyFromUtf8(bytes))
            .setAttributes(ImageAttributes.newBuilder().setTitle("title of " + id))
            .build();
    return send(Topics.IMAGES.name(), partition, id, image.toByteArray()).offset();
  }

  /// Writes an image in place of that of a record.
  long image(int partition, String id, String bytes, String title, long former) throws Exception {
    ImageIngested image =
        ImageIngested.newBuilder()
            .setImageId(id)
            .setJpeg(ByteString.copyFromUtf8(bytes))
            .setAttributes(ImageAttributes.newBuilder().setTitle(title))
            .setFormerOffset(former)
            .build();
    return send(Topics.IMAGES.name(), partition, id, image.toByteArray()).offset();
  }

  public long removal(int partition, String id) throws Exception {
    return send(Topics.IMAGES.name(), partition, id, null).offset();
  }

  public RecordMetadata send(String topic, Integer partition, String key, byte[] value)
      throws Exception {
    return producer.send(new ProducerRecord<>(topic, partition, key.getBytes(UTF_8), value)).get();
  }

  /// Sends without waiting for Kafka, until [#flush].
  public void sendLater(String topic, int partition, String key, byte[] value) {
    Future<RecordMetadata> _ =
        producer.send(new ProducerRecord<>(topic, partition, key.getBytes(UTF_8), value));
  }

  public void flush() {
    producer.flush();
  }

  void sketch(String queryId, String bytes, SearchRequest request) throws Exception {
    SketchSubmitted sketch =
        SketchSubmitted.newBuilder()
            .setQueryId(queryId)
            .setSketch(Sketch.newBuilder().setRaster(ByteString.copyFromUtf8(bytes)))
            .setRequest(request)
            .build();
    send(Topics.SKETCHES.name(), null, queryId, sketch.toByteArray());
  }

  /// Waits for the answer to a query.
  SketchEmbedded answer(String queryId) throws Exception {
    return answers(List.of(queryId)).get(queryId);
  }

  /// Waits for the answers to all of these.
  Map<String, SketchEmbedded> answers(List<String> queryIds) throws Exception {
    Map<String, SketchEmbedded> answers = new HashMap<>();
    Await.until(
        "answers to " + queryIds,
        () -> {
          for (ConsumerRecord<byte[], byte[]> record : records(Topics.SKETCH_EMBEDDINGS.name())) {
            if (record.key() != null) {
              answers.put(
                  new String(record.key(), UTF_8), SketchEmbedded.parseFrom(record.value()));
            }
          }
          return answers.keySet().containsAll(queryIds);
        });
    return answers;
  }

  /// Everything in a topic now, in order of each partition.
  public List<ConsumerRecord<byte[], byte[]>> records(String topic) {
    return TopicRecords.of(settings(), topic);
  }

  Map<TopicPartition, Long> ends(String topic) {
    return TopicRecords.ends(settings(), topic);
  }

  public long end(TopicPartition partition) throws Exception {
    return ends(partition.topic()).get(partition);
  }

  Map<TopicPartition, OffsetAndMetadata> committed(String group) throws Exception {
    return admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
  }

  /// Waits until a generation has embedded and committed all of `images`.
  void awaitEmbedded(Generation generation) throws Exception {
    Map<TopicPartition, Long> ends = ends(Topics.IMAGES.name());
    Await.until(
        generation + " embeds all images",
        () -> {
          Map<TopicPartition, OffsetAndMetadata> committed = committed(generation.embedGroup());
          return ends.entrySet().stream()
              .allMatch(end ->
                  end.getValue() == 0
                      || (committed.get(end.getKey()) != null
                          && committed.get(end.getKey()).offset() >= end.getValue()));
        });
  }

  @Override
  public void close() {
    producer.close();
    admin.close();
    broker.close();
  }
}
