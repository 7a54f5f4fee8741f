package io.sketchstream.events;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What embed-service notes with each offset of `images` that it commits, as the metadata of that
/// offset.
///
/// @param complete whether the embeddings of the partition hold no image that is missing in
///   `images`, except for removals that are still to be read there. False until both were compared
/// @param asOf when that was last true, milliseconds since 1970; later removals will be read, as
///   long as Kafka keeps them
/// @param nextEmbedding offset in the embeddings before which all records are known to be in order
/// @param term of the owner that committed ([EventHeaders#term]); 0 where it noted none
/// @param imagesId Kafka's id of `images`, to which all of this belongs; empty when it is unknown,
///   as in notes of version 1
public record EmbedProgress(
    boolean complete, long asOf, long nextEmbedding, long term, String imagesId) {
  private static final Pattern FORMAT =
      Pattern.compile(
          "v(?:1|2 images=([\\w-]{0,40})) complete=(true|false) as-of=(\\d{1,18})"
              + " next=(\\d{1,18})(?: term=(\\d{1,18}))?");

  /// How often partitions may change hands without a record being written: a million times.
  private static final int CLAIM_BITS = 20;

  /// Reads the metadata of an offset; empty when another version or program wrote it.
  public static Optional<EmbedProgress> parse(String metadata) {
    Matcher matcher = FORMAT.matcher(metadata == null ? "" : metadata);
    return matcher.matches()
        ? Optional.of(
            new EmbedProgress(
                Boolean.parseBoolean(matcher.group(2)),
                Long.parseLong(matcher.group(3)),
                Long.parseLong(matcher.group(4)),
                matcher.group(5) == null ? 0 : Long.parseLong(matcher.group(5)),
                Optional.ofNullable(matcher.group(1)).orElse("")))
        : Optional.empty();
  }

  /// The metadata of an offset.
  public String metadata() {
    return "v2 images=%s complete=%b as-of=%d next=%d term=%d"
        .formatted(imagesId, complete, asOf, nextEmbedding, term);
  }

  /// The term of the next owner of a partition. It is above the one that the last owner noted, and
  /// above that of every record written so far, even where Kafka has forgotten the notes: a record
  /// makes the embeddings longer than they were when its owner began.
  ///
  /// @param noted term of the last owner; 0 if unknown
  /// @param embeddingsEnd end of the embeddings as the next owner begins
  public static long nextTerm(long noted, long embeddingsEnd) {
    return Math.max(noted + 1, embeddingsEnd << CLAIM_BITS);
  }

  /// Whether an owner can have written a record in a term, as terms grow with the topic. Any other
  /// is a mistake, and would be above all that are to come.
  ///
  /// @param offset of the record in the embeddings
  static boolean isTerm(long term, long offset) {
    return term >= 0 && term < nextTerm(0, offset + 1);
  }
}
