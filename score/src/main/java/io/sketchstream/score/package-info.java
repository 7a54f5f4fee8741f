/// How well a photo answers a sketch: the one definition that serving, evaluation, the promotion
/// gate and standing queries share. Plain arithmetic on unit vectors, the same bits on every
/// machine. It stands between the embeddings and whatever ranks them.
package io.sketchstream.score;
