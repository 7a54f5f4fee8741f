package io.sketchstream.query.index;

import java.util.HashMap;
import java.util.Map;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryCachingPolicy;

/// Keeps what a filter passes, as a set of bits for each segment, when the filter was used twice
/// recently. Lucene's own policy never caches a single term, since iterating over it is fast. But a
/// walk through a graph tests one image after the other, and needs bits computed from everything
/// that the filter passes.
///
/// The memory is bounded by Lucene's filter cache, which all indexes of a process share.
///
/// **Threads:** any.
final class FilterCachingPolicy implements QueryCachingPolicy {
  private static final int REMEMBERED = 256;
  private static final int USES = 2;

  private final int[] recent = new int[REMEMBERED];
  private final Map<Integer, Integer> uses = new HashMap<>();
  private int next;
  private int remembered;

  @Override
  public synchronized void onUse(Query filter) {
    if (remembered == REMEMBERED) {
      uses.computeIfPresent(recent[next], (_, count) -> count == 1 ? null : count - 1);
    } else {
      remembered++;
    }
    int hash = filter.hashCode();
    recent[next] = hash;
    next = (next + 1) % REMEMBERED;
    uses.merge(hash, 1, Integer::sum);
  }

  @Override
  public synchronized boolean shouldCache(Query filter) {
    return !(filter instanceof MatchAllDocsQuery)
        && uses.getOrDefault(filter.hashCode(), 0) >= USES;
  }
}
