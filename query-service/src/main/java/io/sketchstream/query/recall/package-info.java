/// How good the graph of the index is in what people really ask: some searches are answered once
/// more by comparison with every image, off the path of the search, and the difference is a metric.
/// search ──> recall ──> scatter.
package io.sketchstream.query.recall;
