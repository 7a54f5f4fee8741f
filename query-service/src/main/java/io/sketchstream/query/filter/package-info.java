/// The filter of a search: a small language over tags, attributes and time, and the Lucene query it
/// means. A filter is exact: an image that does not match is in no answer.
package io.sketchstream.query.filter;
