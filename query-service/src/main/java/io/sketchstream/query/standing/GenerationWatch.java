package io.sketchstream.query.standing;

import com.google.protobuf.Timestamp;
import io.sketchstream.events.Generation;
import io.sketchstream.events.StandingQuery;
import io.sketchstream.events.StandingQuery.LikenessCase;
import io.sketchstream.events.StandingQueryBounds;
import io.sketchstream.events.StandingQueryEmbedded;
import io.sketchstream.events.Topics;
import io.sketchstream.score.Score;
import io.sketchstream.shell.kafka.KafkaClients;
import io.sketchstream.shell.kafka.TopicFollower;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;

/// The standing queries with their vectors in one generation: that of a sketch or photo from
/// `standing-query-embeddings-g`, an image's from the index.
///
/// **Threads:** the matcher's; any may call [#refusal]. **Owns:** a consumer.
final class GenerationWatch implements AutoCloseable {
  /// Images that are asked for in one round, so that others are not kept waiting.
  private static final int RESOLVED_MAX = 50;

  private static final double NORM_TOLERANCE = 1e-3;

  /// Longest refusal of a sketch, in characters; the embed service writes no longer one.
  private static final int REFUSAL_LENGTH_MAX = 10_000;

  private static final int VECTOR_LENGTH_MAX = 1 << 14;

  private final Generation generation;
  private final TopicFollower<StandingQueryEmbedded, Map<String, Embedded>> topic;
  private final Function<String, Optional<float[]>> vectorOfImage;
  private final Map<String, WatchedQuery> watched = new HashMap<>();

  /// Queries without a vector, in the order in which their images are asked for.
  private final Map<String, StandingEntry> pending = new LinkedHashMap<>();

  private final Map<StandingQuery, String> refusals = new ConcurrentHashMap<>();
  private long tableVersion = -1;

  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Embedded(Timestamp createdAt, float[] vector, String refusal) {}

  /// @param dimension of the vectors of the generation; 0 when that is not known
  /// @param countMax most standing queries
  /// @param isRegistered whether there is a standing query with this id
  /// @param vectorOfImage the vector of an image in this generation, where it is in the index
  GenerationWatch(
      Generation generation,
      int dimension,
      KafkaClients clients,
      int countMax,
      Predicate<String> isRegistered,
      Function<String, Optional<float[]>> vectorOfImage) {
    this.generation = generation;
    this.vectorOfImage = vectorOfImage;
    this.topic =
        TopicFollower.open(
            clients,
            "query-standing-" + generation,
            Topics.standingQueryEmbeddings(generation),
            new LinkedHashMap<>(),
            (embeddings, key, event) ->
                bounded(
                    with(embeddings, dimension, key, event), Math.max(1, countMax), isRegistered));
  }

  /// Drops the oldest embeddings of queries that are not registered, once there are too many of
  /// them: any client may write some. A query that is registered keeps its own.
  ///
  /// @param othersMax how many of them stay
  static Map<String, Embedded> bounded(
      Map<String, Embedded> embeddings, int othersMax, Predicate<String> isRegistered) {
    if (embeddings.size() > 3 * othersMax) {
      List<String> others =
          embeddings.keySet().stream().filter(id -> !isRegistered.test(id)).toList();
      embeddings.keySet().removeAll(others.subList(0, Math.max(0, others.size() - othersMax)));
    }
    return embeddings;
  }

  Generation generation() {
    return generation;
  }

  /// Applies one record, in place. An invalid record counts as a removal, since compaction keeps
  /// only the last record of a key.
  ///
  /// @param dimension of the vectors of the generation; 0 when that is not known
  /// @param event null for a removal
  /// @throws IllegalArgumentException when the record is not valid
  static Map<String, Embedded> with(
      Map<String, Embedded> embeddings, int dimension, String key, StandingQueryEmbedded event) {
    if (key == null) {
      throw new IllegalArgumentException("it has no key");
    }
    embeddings.remove(key);
    if (event == null) {
      return embeddings;
    }
    if (!event.getQuery().getQueryId().equals(key)) {
      throw new IllegalArgumentException("its key is not its query id");
    }
    if (!StandingQueryBounds.isQueryId(key)) {
      throw new IllegalArgumentException("its key is no id of a standing query");
    }
    if (event.getVectorCount() > VECTOR_LENGTH_MAX) {
      throw new IllegalArgumentException(
          "its vector has %d dimensions, more than %d"
              .formatted(event.getVectorCount(), VECTOR_LENGTH_MAX));
    }
    if (event.getRefusal().length() > REFUSAL_LENGTH_MAX) {
      throw new IllegalArgumentException(
          "its refusal has %d characters, more than %d"
              .formatted(event.getRefusal().length(), REFUSAL_LENGTH_MAX));
    }
    int length = event.getVectorCount();
    if (length > 0 && dimension > 0 && length != dimension) {
      throw new IllegalArgumentException(
          "its vector has %d dimensions, those of its generation have %d"
              .formatted(length, dimension));
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
    if (changed || table.version() != tableVersion) {
      changed = true;
      tableVersion = table.version();
      takeOver(table);
    }
    List<WatchedQuery> fresh = resolve(changed);
    return changed || !fresh.isEmpty() ? Optional.of(fresh) : Optional.empty();
  }

  /// Whether everything that was there at the start is read.
  boolean isCaughtUp() {
    return topic.isCaughtUp();
  }

  private void takeOver(StandingTable table) {
    Map<String, StandingEntry> before = new LinkedHashMap<>(pending);
    pending.clear();
    Set<String> there = new HashSet<>();
    for (StandingEntry entry : table.all()) {
      String id = entry.id();
      there.add(id);
      WatchedQuery known = watched.get(id);
      if (known != null && !known.entry().query().equals(entry.query())) {
        watched.remove(id);
        known = null;
      }
      if (known == null && before.replace(id, entry) == null) {
        pending.put(id, entry);
      }
    }
    watched.keySet().retainAll(there);
    before.keySet().retainAll(there);
    pending.putAll(before); // New ones are first.
    refusals.keySet().removeIf(query -> !isPending(query));
  }

  private boolean isPending(StandingQuery query) {
    StandingEntry entry = pending.get(query.getQueryId());
    return entry != null && entry.query().equals(query);
  }

  /// Looks for vectors that are missing. An image that is not there is asked for again after all
  /// others.
  ///
  /// @param changed whether a query or the vector of a sketch may be new
  private List<WatchedQuery> resolve(boolean changed) {
    List<WatchedQuery> fresh = new ArrayList<>();
    Map<String, StandingEntry> absent = new LinkedHashMap<>();
    int images = 0;
    for (Iterator<StandingEntry> waiting = pending.values().iterator(); waiting.hasNext(); ) {
      StandingEntry entry = waiting.next();
      boolean image = entry.likeness() == LikenessCase.IMAGE_ID;
      if (image ? images++ >= RESOLVED_MAX : !changed) {
        continue;
      }
      Optional<float[]> vector = vector(entry);
      if (vector.isPresent()) {
        waiting.remove();
        refusals.remove(entry.query());
        WatchedQuery added = new WatchedQuery(entry, vector.get());
        watched.put(entry.id(), added);
        fresh.add(added);
      } else if (image) {
        waiting.remove();
        absent.put(entry.id(), entry);
      }
    }
    pending.putAll(absent);
    return fresh;
  }

  private Optional<float[]> vector(StandingEntry entry) {
    return switch (entry.likeness()) {
      case LIKENESS_NOT_SET -> Optional.of(new float[0]);
      case SKETCH -> sketchVector(entry);
      case IMAGE_ID -> imageVector(entry);
    };
  }

  private Optional<float[]> imageVector(StandingEntry entry) {
    String imageId = entry.query().getImageId();
    Optional<float[]> vector = vectorOfImage.apply(imageId);
    if (vector.isEmpty()) {
      refusals.put(entry.query(), "its image '%s' is not in the gallery".formatted(imageId));
    }
    return vector.map(found -> searchVector(entry, found));
  }

  private Optional<float[]> sketchVector(StandingEntry entry) {
    Embedded embedded = topic.value().get(entry.id());
    if (embedded == null || !embedded.createdAt().equals(entry.query().getCreatedAt())) {
      return Optional.empty();
    }
    if (!embedded.refusal().isEmpty()) {
      refusals.put(entry.query(), embedded.refusal());
      return Optional.empty();
    }
    return embedded.vector().length == 0
        ? Optional.empty()
        : Optional.of(searchVector(entry, embedded.vector()));
  }

  /// Between photos hubness does not count, as in a search.
  private static float[] searchVector(StandingEntry entry, float[] vector) {
    return entry.isOfPhoto()
        ? Arrays.copyOf(vector, vector.length + 1)
        : Score.searchVector(vector);
  }

  /// All queries that can be compared.
  List<WatchedQuery> queries() {
    return List.copyOf(watched.values());
  }

  /// Why a query can't be compared; empty when it can, or only waits for its vector.
  String refusal(StandingEntry entry) {
    return refusals.getOrDefault(entry.query(), "");
  }

  @Override
  public void close() {
    topic.close();
  }
}
