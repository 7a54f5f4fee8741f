/// Measures how well sketches find photos of their class: rankings, published metrics, binary
/// codes. Takes embeddings of classes that training never used; gives a report to people and to the
/// promotion gate.
package io.sketchstream.trainer.evaluate;
