package io.sketchstream.query.search;

import static org.junit.jupiter.api.Assertions.assertNull;

import io.sketchstream.events.EventHeaders;
import io.sketchstream.events.Expand;
import io.sketchstream.events.Generation;
import io.sketchstream.events.ImagePosition;
import io.sketchstream.events.SearchRequest;
import io.sketchstream.events.Topics;
import io.sketchstream.query.index.Vectors;
import io.sketchstream.score.Score;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;

/// Writes the embeddings of images that come, change and go at random, as embed-service does, and
/// is the slow obvious version of what the index must hold then.
final class ImageHistory {
  static final int DIMENSION = 32;

  private static final int CLUSTERS = 30;
  private static final int REPEATED_MAX = 200;
  private static final int BUCKET_SIZE = 200;
  private static final Duration SEARCH_MAX = Duration.ofMinutes(3);

  private final SplittableRandom random;
  private final KafkaProducer<String, byte[]> producer;
  private final Generation generation;
  private final int ids;
  private final Map<String, Image> images = new TreeMap<>();
  private final List<Shard> shards = new ArrayList<>();
  private final AtomicReference<Exception> unwritten = new AtomicReference<>();

  /// @param ids how many images there can be
  ImageHistory(
      SplittableRandom random,
      KafkaProducer<String, byte[]> producer,
      Generation generation,
      int shards,
      int ids) {
    this.random = random;
    this.producer = producer;
    this.generation = generation;
    this.ids = ids;
    for (int i = 0; i < shards; i++) {
      this.shards.add(new Shard(i));
    }
  }

  /// A vector and its hubness.
  static final class Image {
    private final float[] vector;
    private final float hubness;

    Image(float[] vector, float hubness) {
      this.vector = vector;
      this.hubness = hubness;
    }

    float score(float[] query) {
      return Score.of(Vectors.dot(vector, query), hubness);
    }
  }

  /// A record of the embeddings.
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Sent(String id, byte[] value, long imagesOffset) {}

  /// What was written to a shard lately.
  private static final class Shard {
    private final int number;
    private final Deque<Sent> lately = new ArrayDeque<>();
    private long nextOffset;
    private long term = 1;

    Shard(int number) {
      this.number = number;
    }
  }

  Generation generation() {
    return generation;
  }

  int size() {
    return images.size();
  }

  Optional<Image> find(String id) {
    return Optional.ofNullable(images.get(id));
  }

  float[] randomVector() {
    return Vectors.clustered(random, DIMENSION, CLUSTERS);
  }

  /// Puts every image once.
  void fill() {
    for (int i = 0; i < ids; i++) {
      put("i" + i, randomImage());
    }
  }

  /// Puts an image, now and then the same one under another id.
  void put() {
    Optional<Image> same = random.nextInt(10) == 0 ? find(randomId()) : Optional.empty();
    put(randomId(), same.orElseGet(this::randomImage));
  }

  void remove() {
    String id = randomId();
    images.remove(id);
    send(id, null);
  }

  /// Embed starts again from an offset that it had left behind, and maybe once more on the way.
  void repeat() {
    Shard shard = shards.get(random.nextInt(shards.size()));
    shard.term++;
    List<Sent> tail = List.copyOf(shard.lately);
    int end = tail.size();
    for (int i = random.nextInt(1, 3); i > 0 && !tail.isEmpty(); i--) {
      int from = random.nextInt(Math.min(end + 1, tail.size())); // None is left out in between.
      end = i > 1 ? random.nextInt(from, tail.size()) : tail.size();
      tail.subList(from, end).forEach(sent -> send(shard, sent, shard.term));
    }
  }

  /// An instance of embed that lost its partition writes one of its records late.
  ///
  /// @return the owner answers again what was answered there; empty when nothing was written yet
  Optional<Runnable> late() {
    Shard shard = shards.get(random.nextInt(shards.size()));
    if (shard.lately.isEmpty()) {
      return Optional.empty();
    }
    Sent late = List.copyOf(shard.lately).get(random.nextInt(shard.lately.size()));
    send(shard, late, shard.term - 1);
    return Optional.of(() ->
        List.copyOf(shard.lately).stream()
            .filter(sent -> sent.imagesOffset() >= late.imagesOffset())
            .forEach(sent -> send(shard, sent, shard.term)));
  }

  /// A tag that a part of the images has.
  String randomTag() {
    return "b" + random.nextInt(buckets());
  }

  /// The ids of the nearest, of all images or of those with a tag.
  List<String> nearest(float[] query, int k, Optional<String> tag) {
    return images.entrySet().stream()
        .filter(image -> tag.isEmpty() || tag(image.getKey()).equals(tag.get()))
        .sorted(
            Comparator.comparingDouble(
                (Map.Entry<String, Image> image) -> -image.getValue().score(query)))
        .limit(k)
        .map(Map.Entry::getKey)
        .toList();
  }

  /// A search that must see all that was written.
  SearchQuery query(int k, Optional<String> tag) throws SearchFailure {
    return query(k, tag, "");
  }

  /// The same, for the page after another one.
  SearchQuery query(int k, Optional<String> tag, String next) throws SearchFailure {
    assertNull(unwritten.get(), "Kafka does not have all of the history");
    List<ImagePosition> after = new ArrayList<>();
    for (Shard shard : shards) {
      if (shard.nextOffset > 0) {
        after.add(
            ImagePosition.newBuilder()
                .setPartition(shard.number)
                .setOffset(shard.nextOffset - 1)
                .build());
      }
    }
    return SearchQuery.parse(
        SearchRequest.newBuilder()
            .setK(k)
            .setFilter(tag.map("tag:"::concat).orElse(""))
            .addAllAfter(after)
            .setComplete(true)
            .setSearchAfter(next)
            .setExpand(Expand.EXPAND_OFF)
            .build(),
        Instant.now().plus(SEARCH_MAX));
  }

  /// Waits until Kafka has all of it.
  void flush() {
    producer.flush();
  }

  private void put(String id, Image image) {
    images.put(id, image);
    send(
        id,
        Vectors.event(id, image.vector, tag(id)).toBuilder()
            .setHubness(image.hubness)
            .build()
            .toByteArray());
  }

  private void send(String id, byte[] value) {
    Shard shard = shards.get(Math.floorMod(id.hashCode(), shards.size()));
    Sent sent = new Sent(id, value, shard.nextOffset++);
    shard.lately.add(sent);
    if (shard.lately.size() > REPEATED_MAX) {
      shard.lately.remove();
    }
    send(shard, sent, shard.term);
  }

  private void send(Shard shard, Sent sent, long term) {
    RecordHeaders headers = new RecordHeaders();
    EventHeaders.setTerm(headers, term);
    EventHeaders.setImagesOffset(headers, sent.imagesOffset());
    producer.send(
        new ProducerRecord<>(
            Topics.imageEmbeddings(generation).name(),
            shard.number,
            sent.id(),
            sent.value(),
            headers),
        (_, failure) -> unwritten.compareAndSet(null, failure));
  }

  private Image randomImage() {
    return new Image(randomVector(), .6f * random.nextFloat());
  }

  private String randomId() {
    return "i" + random.nextInt(ids);
  }

  private int buckets() {
    return Math.max(1, ids / BUCKET_SIZE);
  }

  private String tag(String id) {
    return "b" + Integer.parseInt(id.substring(1)) % buckets();
  }
}
