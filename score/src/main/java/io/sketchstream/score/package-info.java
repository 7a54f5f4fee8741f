/// How well a photo matches a sketch: the one definition that serving, evaluation, the promotion
/// gate and standing queries share. Plain arithmetic on unit vectors, the same to the bit on every
/// machine. It lies between the embeddings and their ranking.
package io.sketchstream.score;
