package io.sketchstream.query.http;

/// Answers as the description of the API shows them.
final class SearchExamples {
  static final String SEARCH =
      """
      {"queryId": "0198a3c2-7f1e", "generation": "g-5f2c", "tookMillis": 31.4,
       "shards": {"total": 2, "answered": 2},
       "hits": [{"imageId": "cat-1", "score": 0.61, "duplicates": 0, "title": "A cat",
                 "tags": ["cat"], "uri": "https://example.org/cat.jpg", "extra": {"licence": "CC0"}}],
       "next": "", "facets": {"cat": 1}, "timings": {"encode": 21000, "search": 4000}}
      """;

  static final String LIST =
      """
      {"generation": "g-5f2c", "tookMillis": 3.2, "shards": {"total": 2, "answered": 2},
       "total": 1,
       "images": [{"imageId": "cat-1", "title": "A cat", "tags": ["cat"],
                   "uri": "https://example.org/cat.jpg", "extra": {"licence": "CC0"},
                   "ingestedAt": "2026-01-31T12:00:00Z"}],
       "next": "", "facets": {}, "galleries": {}}
      """;

  private SearchExamples() {}
}
