/// Every claim about speed, as a program: it runs the product, prints its settings, measures a
/// named alternative or the bare cost in the same run, and ends with one `RESULT` line.
package io.sketchstream.benchmarks;
