package io.sketchstream.events;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Position tokens: `partition:offset` in `images`, several joined by commas. A write returns one;
/// a search that carries it sees that write.
public final class PositionTokens {
  private static final Pattern TOKEN = Pattern.compile("(\\d{1,9}):(\\d{1,18})");

  private PositionTokens() {}

  /// The token of one write.
  public static String format(int partition, long offset) {
    return partition + ":" + offset;
  }

  /// Parses tokens; of several for one partition, the highest offset counts. Blank text has none.
  ///
  /// @throws IllegalArgumentException naming the part that is not a token
  public static List<ImagePosition> parse(String tokens) {
    Map<Integer, Long> furthest = new TreeMap<>();
    for (String token : tokens.isBlank() ? new String[0] : tokens.split(",", -1)) {
      Matcher matcher = TOKEN.matcher(token.strip());
      if (!matcher.matches()) {
        throw new IllegalArgumentException(
            "'" + token.strip() + "' is not a position token such as 0:42");
      }
      furthest.merge(Integer.valueOf(matcher.group(1)), Long.valueOf(matcher.group(2)), Math::max);
    }
    List<ImagePosition> positions = new ArrayList<>(furthest.size());
    furthest.forEach((partition, offset) ->
        positions.add(
            ImagePosition.newBuilder().setPartition(partition).setOffset(offset).build()));
    return positions;
  }
}
