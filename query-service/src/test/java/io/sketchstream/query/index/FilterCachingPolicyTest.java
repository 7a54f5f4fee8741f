package io.sketchstream.query.index;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.apache.lucene.index.Term;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;
import org.junit.jupiter.api.Test;

final class FilterCachingPolicyTest {
  private final FilterCachingPolicy policy = new FilterCachingPolicy();

  @Test
  void keepsReusedFilters() {
    policy.onUse(tag("red"));
    assertFalse(policy.shouldCache(tag("red")));
    policy.onUse(tag("red"));
    assertTrue(policy.shouldCache(tag("red")));
    assertFalse(policy.shouldCache(tag("blue")));
  }

  @Test
  void evictsFiltersUsedLongAgo() {
    policy.onUse(tag("red"));
    policy.onUse(tag("red"));
    for (int i = 0; i < 255; i++) {
      policy.onUse(tag("other " + i));
    }
    assertFalse(policy.shouldCache(tag("red")));
  }

  @Test
  void cachesNoFilterThatMatchesAll() {
    policy.onUse(MatchAllDocsQuery.INSTANCE);
    policy.onUse(MatchAllDocsQuery.INSTANCE);
    assertFalse(policy.shouldCache(MatchAllDocsQuery.INSTANCE));
  }

  private static Query tag(String tag) {
    return new TermQuery(new Term(ImageFields.TAG, tag));
  }
}
