/// The filter of a search: a small language over tags, attributes and time, and its translation to
/// a Lucene query. A filter is exact: an image that does not match is never in an answer.
package io.sketchstream.query.filter;
