package io.sketchstream.embed.images;

import io.sketchstream.events.EmbedProgress;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/// What the owner of a partition of `images` knows of it and of the embeddings made of it.
///
/// Every record in the embeddings was either acknowledged to its owner at the time, or is examined
/// by an owner. If an owner finds records that it did not write, it embeds `images` again from the
/// earliest image answered there. So the last record of each image agrees with `images`, however
/// late a write of a former owner arrives.
///
/// If one of the two topics was deleted and recreated, all starts over: images that are only in the
/// former topic are removed by a comparison, and all others are embedded again.
///
/// **Threads:** the loop's; [#written] any.
final class OwnedPartition {
  private static final long NONE = Long.MAX_VALUE;

  /// Clocks of machines may differ by this much.
  private static final long FUTURE_MAX_MILLIS = Duration.ofMinutes(10).toMillis();

  private final TopicPartition images;
  private final TopicPartition embeddings;
  private final long awayMaxMillis;
  private WrittenOffsets written;
  private long term;
  private TopicIds topics = new TopicIds("", "");
  private boolean recreated;
  private boolean complete;
  private long asOf;
  private long committedAt;
  private Optional<OffsetAndMetadata> last = Optional.empty();
  private long imagesEnd = NONE;
  private long goal = NONE;
  private long goalTime;
  private long repairFrom = NONE;
  private long repairUntil;

  /// @param awayMaxMillis age at which removals may have been missed
  OwnedPartition(TopicPartition images, TopicPartition embeddings, long awayMaxMillis) {
    this.images = images;
    this.embeddings = embeddings;
    this.awayMaxMillis = awayMaxMillis;
  }

  TopicPartition images() {
    return images;
  }

  TopicPartition embeddings() {
    return embeddings;
  }

  /// Takes over the notes of the former owner.
  ///
  /// @param committed by that one, if there is anything
  /// @param position where the reading of `images` begins: before what was committed if Kafka has
  ///   lost images
  /// @param embeddingsEnd current end of the embeddings
  /// @param ids of the topics
  /// @return false when embeddings that were acknowledged are gone, or are of other images than
  ///   there are, and all must be made again
  boolean takeUp(
      Optional<OffsetAndMetadata> committed,
      long position,
      long embeddingsEnd,
      TopicIds ids,
      long now) {
    Optional<EmbedProgress> noted =
        committed.flatMap(offset -> EmbedProgress.parse(offset.metadata()));
    String notedImages = noted.map(EmbedProgress::imagesId).orElse("");
    topics = ids.orElse(new TopicIds(notedImages, ""));
    written = new WrittenOffsets(noted.map(EmbedProgress::nextEmbedding).orElse(embeddingsEnd));
    term = EmbedProgress.nextTerm(noted.map(EmbedProgress::term).orElse(0L), embeddingsEnd);
    asOf = noted.map(EmbedProgress::asOf).orElse(0L);
    complete = noted.map(EmbedProgress::complete).orElse(false);
    committedAt = now;
    last = committed;
    age(now);
    boolean lost = committed.map(OffsetAndMetadata::offset).orElse(0L) > position;
    if (lost || ids.imagesDiffer(notedImages)) {
      startOver(embeddingsEnd);
      return false;
    }
    return found(embeddingsEnd);
  }

  /// Whether [#takeUp] was called.
  boolean isTakenUp() {
    return written != null;
  }

  /// The term in which this owner writes: higher than those of all owners before it.
  long term() {
    return term;
  }

  /// The embeddings have a record of this term that this owner did not write. Its own records come
  /// in a higher one from now on.
  void outrank(long other) {
    term = Math.max(term, other + 1);
  }

  /// The embeddings end there, while nothing of this owner is on its way.
  ///
  /// @return false when embeddings that were acknowledged are gone, and all must be made again
  boolean found(long embeddingsEnd) {
    if (embeddingsEnd < written.next()) {
      startOver(embeddingsEnd);
      return false;
    }
    written.ends(embeddingsEnd);
    return true;
  }

  /// Whether a topic was deleted and recreated since [#takeUp].
  boolean isRecreated() {
    return recreated;
  }

  /// The topics have these ids now.
  void identify(TopicIds now) {
    recreated |= topics.differs(now);
    topics = topics.orElse(now);
  }

  /// Forgets what it knew of a former topic.
  void startOver(long embeddingsEnd, TopicIds now) {
    if (topics.embeddingsDiffer(now)) { // Terms grow with the topic.
      term = EmbedProgress.nextTerm(0, embeddingsEnd);
    }
    topics = now;
    recreated = false;
    startOver(embeddingsEnd);
  }

  private void startOver(long embeddingsEnd) {
    written = new WrittenOffsets(embeddingsEnd);
    complete = false;
    last = Optional.empty();
    goal = NONE;
    repairFrom = NONE;
    repairUntil = 0;
  }

  /// The offsets acknowledged to this owner.
  WrittenOffsets written() {
    return written;
  }

  /// Whether the embeddings may have images that are not in `images` and whose removals are not
  /// there either.
  boolean lacksComparison() {
    return !complete;
  }

  /// The embeddings have a record that answers no image, so that nobody knows what it replaced.
  void doubt() {
    complete = false;
  }

  /// Both were compared.
  ///
  /// @param at when the comparison began
  void compared(long at) {
    complete = true;
    asOf = at;
    goal = NONE;
  }

  /// `images` ends there.
  ///
  /// @param reached offset before which all is embedded and acknowledged, where it is known
  /// @param at some time before the end was asked for
  void ends(long end, OptionalLong reached, long at) {
    age(at);
    imagesEnd = end;
    if (reached.isPresent() && reached.getAsLong() > end) {
      recreated = true; // Or truncated: in any case what was embedded is no longer there.
    } else if (reached.isPresent() && reached.getAsLong() == end) {
      asOf = Math.max(asOf, at);
      goal = NONE;
    } else if (goal == NONE) {
      goal = end;
      goalTime = at;
    }
  }

  /// Images that are yet to be taken, as far as is known; very many before [#ends] was called.
  long left(long position) {
    return Math.max(0, imagesEnd - position);
  }

  /// Everything before a position is answered again, because others wrote to the embeddings.
  ///
  /// @param from offset in the embeddings where that begins
  void repair(long from, long position) {
    repairFrom = Math.min(repairFrom, from);
    repairUntil = Math.max(repairUntil, position);
  }

  /// An offset that is to be committed, with what to know about it.
  OffsetAndMetadata described(OffsetAndMetadata next, long now) {
    if (next.offset() >= goal) {
      asOf = Math.max(asOf, goalTime);
      goal = NONE;
    }
    if (next.offset() >= repairUntil) {
      repairFrom = NONE;
      repairUntil = 0;
    }
    committedAt = now;
    long inOrder = Math.min(repairFrom, written.inOrder());
    EmbedProgress progress = new EmbedProgress(complete, asOf, inOrder, term, topics.images());
    OffsetAndMetadata described =
        new OffsetAndMetadata(next.offset(), leaderEpoch(next), progress.metadata());
    last = Optional.of(described);
    return described;
  }

  /// The epoch of the leader that wrote the record before an offset. By it Kafka tells a later
  /// owner that this record is lost, even where others were written in its place.
  private Optional<Integer> leaderEpoch(OffsetAndMetadata next) {
    return next.leaderEpoch()
        .or(() ->
            last.filter(same -> same.offset() == next.offset())
                .flatMap(OffsetAndMetadata::leaderEpoch));
  }

  /// When it was committed last.
  long committedAt() {
    return committedAt;
  }

  /// A time in the future was noted by a wrong clock, or this one is wrong.
  private void age(long now) {
    if (now - asOf > awayMaxMillis || asOf - now > FUTURE_MAX_MILLIS) {
      complete = false;
    }
  }
}
