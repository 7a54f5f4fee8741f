package io.sketchstream.endtoend;

import io.sketchstream.events.EventHeaders;
import io.sketchstream.events.Generation;
import io.sketchstream.events.ImageAttributes;
import io.sketchstream.events.ImageEmbedded;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.ModelState;
import io.sketchstream.events.PositionTokens;
import io.sketchstream.events.SketchEmbedded;
import io.sketchstream.events.SketchSubmitted;
import io.sketchstream.events.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/// A gallery without pictures, written to the topics of the embed service: image `i<n>` has a
/// unique vector, and a sketch whose bytes are the digits of `n` gets the same one, so that every
/// search has one right answer.
///
/// **Threads:** owns `number-embedder`, which embeds sketches. **Owns:** its Kafka clients.
final class NumberedGallery implements AutoCloseable {
  private static final int DIMENSION = 64;

  private final Generation generation;
  private final int partitions;
  private final long[] nextOffset;
  private final KafkaProducer<String, byte[]> producer;
  private final KafkaConsumer<String, SketchSubmitted> sketches;
  private final Thread embedder =
      Thread.ofPlatform().name("number-embedder").unstarted(this::embedSketches);

  /// The topics must exist.
  NumberedGallery(String bootstrapServers, Generation generation, int partitions) {
    this.generation = generation;
    this.partitions = partitions;
    this.nextOffset = new long[partitions];
    this.producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers, "linger.ms", 0, "acks", "all"),
            new StringSerializer(),
            new ByteArraySerializer());
    this.sketches =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers),
            new StringDeserializer(),
            Topics.SKETCHES.valueSerde().deserializer());
    List<TopicPartition> all =
        sketches.partitionsFor(Topics.SKETCHES.name()).stream()
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    sketches.assign(all);
    sketches.seekToBeginning(all);
    embedder.start();
  }

  /// Writes that the generation is active.
  void activate() throws ExecutionException, InterruptedException {
    byte[] value =
        ModelChanged.newBuilder()
            .setGeneration(generation.id())
            .setState(ModelState.ACTIVE)
            .setNetwork("numbers")
            .setDimension(DIMENSION)
            .setEpoch(1)
            .build()
            .toByteArray();
    producer.send(new ProducerRecord<>(Topics.MODELS.name(), generation.id(), value)).get();
  }

  void put(int from, int to) throws ExecutionException, InterruptedException {
    for (int number = from; number < to - 1; number++) {
      send(number, embedded(number));
    }
    put(to - 1);
  }

  /// @return the position token of the write
  String put(int number) throws ExecutionException, InterruptedException {
    return await(number, send(number, embedded(number)));
  }

  /// @return the position token of the removal
  String remove(int number) throws ExecutionException, InterruptedException {
    return await(number, send(number, null));
  }

  private String await(int number, Sent sent) throws ExecutionException, InterruptedException {
    sent.future().get();
    return PositionTokens.format(number % partitions, sent.imagesOffset());
  }

  private record Sent(Future<?> future, long imagesOffset) {}

  private Sent send(int number, byte[] value) {
    int partition = number % partitions;
    long imagesOffset = nextOffset[partition]++;
    RecordHeaders headers = new RecordHeaders();
    EventHeaders.setImagesOffset(headers, imagesOffset);
    return new Sent(
        producer.send(
            new ProducerRecord<>(
                Topics.imageEmbeddings(generation).name(),
                partition,
                "i" + number,
                value,
                headers)),
        imagesOffset);
  }

  private static byte[] embedded(int number) {
    ImageEmbedded.Builder event =
        ImageEmbedded.newBuilder()
            .setImageId("i" + number)
            .setAttributes(
                ImageAttributes.newBuilder()
                    .setTitle("number " + number)
                    .addTags(number % 2 == 0 ? "even" : "odd"));
    for (float x : vector(number)) {
      event.addVector(x);
    }
    return event.build().toByteArray();
  }

  private static float[] vector(int number) {
    SplittableRandom random = new SplittableRandom(number);
    float[] vector = new float[DIMENSION];
    double squares = 0;
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] = (float) random.nextGaussian();
      squares += vector[i] * vector[i];
    }
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] /= (float) Math.sqrt(squares);
    }
    return vector;
  }

  private void embedSketches() {
    try (sketches) {
      while (true) {
        sketches
            .poll(Duration.ofMillis(100))
            .forEach(record -> {
              SketchSubmitted sketch = record.value();
              SketchEmbedded.Builder embedded =
                  SketchEmbedded.newBuilder()
                      .setQueryId(sketch.getQueryId())
                      .setGeneration(generation.id())
                      .setRequest(sketch.getRequest());
              int number = Integer.parseInt(sketch.getSketch().getRaster().toStringUtf8());
              for (float x : vector(number)) {
                embedded.addVector(x);
              }
              ProducerRecord<String, byte[]> answer =
                  new ProducerRecord<>(
                      Topics.SKETCH_EMBEDDINGS.name(),
                      record.key(),
                      embedded.build().toByteArray());
              EventHeaders.continueTrace(record.headers(), answer.headers());
              producer.send(answer);
            });
      }
    } catch (WakeupException e) {
      // Asked to stop.
    }
  }

  @Override
  public void close() throws InterruptedException {
    sketches.wakeup();
    embedder.join();
    producer.close(Duration.ofSeconds(5));
  }
}
