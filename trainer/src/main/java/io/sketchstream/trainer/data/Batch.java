package io.sketchstream.trainer.data;

import java.util.List;

/// The pictures of one iteration.
///
/// @param examples first the sketches, then as many photos; picture i of both halves has the same
///   class; then the drawings of words, whose label is the word
/// @param words number of drawings of words
/// @param unlabelled number of unlabelled photos, which come after the drawings
/// @param pixels interleaved 8-bit RGB squares, one after the other. Shared, not copied
/// @param size side of a square
@SuppressWarnings("ArrayRecordComponent") // moves from the loader to the trainer, never compared
public record Batch(List<Example> examples, int words, int unlabelled, byte[] pixels, int size) {

  public List<Example> sketches() {
    return examples.subList(0, pairs());
  }

  public List<Example> photos() {
    return examples.subList(pairs(), 2 * pairs());
  }

  public List<Example> wordDrawings() {
    return examples.subList(2 * pairs(), 2 * pairs() + words);
  }

  public List<Example> unlabelledPhotos() {
    return examples.subList(2 * pairs() + words, examples.size());
  }

  /// Pictures that show a class or a word.
  public int labelled() {
    return examples.size() - unlabelled;
  }

  private int pairs() {
    return (examples.size() - words - unlabelled) / 2;
  }
}
