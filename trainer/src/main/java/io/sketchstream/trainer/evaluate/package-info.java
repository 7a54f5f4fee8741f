/// How well sketches find photos of their class: rankings, the published metrics, binary codes.
/// Takes embeddings of classes that training never saw; hands a report to people and to the gate
/// that decides whether a model may go live.
package io.sketchstream.trainer.evaluate;
