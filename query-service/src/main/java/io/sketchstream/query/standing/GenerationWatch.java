package io.sketchstream.query.standing;

import com.google.protobuf.Timestamp;
import io.sketchstream.events.Generation;
import io.sketchstream.events.StandingQuery.LikenessCase;
import io.sketchstream.events.StandingQueryEmbedded;
import io.sketchstream.events.Topics;
import io.sketchstream.score.Score;
import io.sketchstream.shell.kafka.KafkaClients;
import io.sketchstream.shell.kafka.TopicFollower;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// The standing queries with their vectors in one generation: a sketch's from
/// `standing-query-embeddings-g`, an image's from the index.
///
/// **Threads:** the matcher's; any may call [#refusals]. **Owns:** a consumer.
final class GenerationWatch implements AutoCloseable {
  /// Images that are asked for in one round, so that others are not kept waiting.
  private static final int RESOLVED_MAX = 50;

  private static final double NORM_TOLERANCE = 1e-3;

  private final Generation generation;
  private final TopicFollower<StandingQueryEmbedded, Map<String, Embedded>> topic;
  private final Function<String, Optional<float[]>> vectorOfImage;
  private final Map<String, WatchedQuery> watched = new HashMap<>();
  private volatile Map<String, String> refusals = Map.of();
  private long tableVersion = -1;
  private boolean incomplete = true;

  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Embedded(Timestamp createdAt, float[] vector, String refusal) {}

  /// @param vectorOfImage the vector of an image in this generation, where it is in the index
  GenerationWatch(
      Generation generation,
      KafkaClients clients,
      Function<String, Optional<float[]>> vectorOfImage) {
    this.generation = generation;
    this.vectorOfImage = vectorOfImage;
    this.topic =
        TopicFollower.open(
            clients,
            "query-standing-" + generation,
            Topics.standingQueryEmbeddings(generation),
            new HashMap<>(),
            GenerationWatch::with);
  }

  Generation generation() {
    return generation;
  }

  /// Applies one record, in place.
  private static Map<String, Embedded> with(
      Map<String, Embedded> embeddings, String key, StandingQueryEmbedded event) {
    if (event == null) {
      embeddings.remove(key);
      return embeddings;
    }
    if (!event.getQuery().getQueryId().equals(key)) {
      throw new IllegalArgumentException("its key is not its query id");
    }
    embeddings.put(
        key, new Embedded(event.getQuery().getCreatedAt(), unitVector(event), event.getRefusal()));
    return embeddings;
  }

  private static float[] unitVector(StandingQueryEmbedded event) {
    float[] vector = new float[event.getVectorCount()];
    double squares = 0;
    for (int i = 0; i < vector.length; i++) {
      vector[i] = event.getVector(i);
      squares += (double) vector[i] * vector[i];
    }
    if (vector.length > 0 && !(Math.abs(Math.sqrt(squares) - 1) <= NORM_TOLERANCE)) {
      throw new IllegalArgumentException("its vector has length " + Math.sqrt(squares));
    }
    return vector;
  }

  /// Reads what is new.
  ///
  /// @param table the standing queries
  /// @return the queries that can be compared from now on and could not before; empty when nothing
  ///   has changed
  Optional<List<WatchedQuery>> follow(StandingTable table) {
    boolean changed = topic.poll(Duration.ZERO);
    if (!changed && !incomplete && table.version() == tableVersion) {
      return Optional.empty();
    }
    tableVersion = table.version();
    return Optional.of(update(table));
  }

  /// Whether everything that was there at the start is read, and the vector of every query is known
  /// if it can be.
  boolean isCaughtUp() {
    return topic.isCaughtUp();
  }

  private List<WatchedQuery> update(StandingTable table) {
    List<WatchedQuery> fresh = new ArrayList<>();
    Map<String, String> refused = new HashMap<>();
    Map<String, WatchedQuery> now = new HashMap<>();
    incomplete = false;
    int resolved = 0;
    for (StandingEntry entry : table.all()) {
      WatchedQuery before = watched.get(entry.id());
      if (before != null && before.entry().query().equals(entry.query())) {
        now.put(entry.id(), before);
        continue;
      }
      Optional<float[]> vector = Optional.empty();
      if (entry.likeness() == LikenessCase.IMAGE_ID && resolved++ >= RESOLVED_MAX) {
        incomplete = true;
      } else {
        vector = vector(entry, refused);
      }
      if (vector.isPresent()) {
        WatchedQuery added = new WatchedQuery(entry, vector.get());
        now.put(entry.id(), added);
        fresh.add(added);
      }
    }
    watched.clear();
    watched.putAll(now);
    refusals = Map.copyOf(refused);
    return fresh;
  }

  private Optional<float[]> vector(StandingEntry entry, Map<String, String> refused) {
    return switch (entry.likeness()) {
      case LIKENESS_NOT_SET -> Optional.of(new float[0]);
      case SKETCH -> sketchVector(entry, refused);
      case IMAGE_ID -> {
        Optional<float[]> vector =
            vectorOfImage
                .apply(entry.query().getImageId())
                .map(found -> Arrays.copyOf(found, found.length + 1)); // Hubness does not count.
        if (vector.isEmpty()) {
          incomplete = true;
          refused.put(entry.id(), "its image is not in the gallery");
        }
        yield vector;
      }
    };
  }

  private Optional<float[]> sketchVector(StandingEntry entry, Map<String, String> refused) {
    Embedded embedded = topic.value().get(entry.id());
    if (embedded == null || !embedded.createdAt().equals(entry.query().getCreatedAt())) {
      return Optional.empty();
    }
    if (!embedded.refusal().isEmpty()) {
      refused.put(entry.id(), embedded.refusal());
      return Optional.empty();
    }
    return embedded.vector().length == 0
        ? Optional.empty()
        : Optional.of(Score.searchVector(embedded.vector()));
  }

  /// All queries that can be compared.
  List<WatchedQuery> queries() {
    return List.copyOf(watched.values());
  }

  /// Why queries can't be compared, by id; those that only wait for their vector are not in it.
  Map<String, String> refusals() {
    return refusals;
  }

  @Override
  public void close() {
    topic.close();
  }
}
