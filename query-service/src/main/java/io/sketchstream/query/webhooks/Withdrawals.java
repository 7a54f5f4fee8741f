package io.sketchstream.query.webhooks;

import io.sketchstream.events.StandingQueryMatched;
import io.sketchstream.events.Topics;
import java.util.LinkedHashMap;

/// The latest withdrawal of each match. A match after it, whose writer had not seen the removal of
/// the image yet, was written late by a process that was suspended: it is not sent.
///
/// **Threads:** one.
final class Withdrawals {
  private static final int COUNT_MAX = 100_000;

  private final LinkedHashMap<String, Withdrawal> latest = new LinkedHashMap<>();

  /// @param offset in `matches`
  /// @param seenTo the record of `images` that removed the image, or a later one
  private record Withdrawal(long offset, long seenTo) {}

  /// Whether a record is to be sent. Records of a key come in their order, and may come again.
  boolean admit(Delivery delivery) {
    StandingQueryMatched match = delivery.match();
    String key = Topics.matchKey(match.getQueryId(), match.getImageId());
    if (!match.hasSeenTo()) {
      return true;
    }
    long seenTo = match.getSeenTo().getOffset();
    Withdrawal known = latest.get(key);
    if (!match.getWithdrawn()) {
      return known == null || delivery.offset() < known.offset() || seenTo >= known.seenTo();
    }
    if (known == null || delivery.offset() > known.offset()) {
      latest.putLast(key, new Withdrawal(delivery.offset(), seenTo));
    }
    if (latest.size() > COUNT_MAX) {
      latest.pollFirstEntry();
    }
    return true;
  }
}
