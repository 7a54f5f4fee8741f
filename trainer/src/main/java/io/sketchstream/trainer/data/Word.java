package io.sketchstream.trainer.data;

import java.util.List;
import java.util.Optional;

/// A word with drawings and ImageNet names, with or without photos.
///
/// @param name the word, such as `alarm clock`
/// @param imageNetClasses indices of the ImageNet classes that count as right
/// @param concept the photo class with the same meaning, if any
/// @param drawings training drawings; their label is the word
public record Word(
    String name, List<Integer> imageNetClasses, Optional<String> concept, List<Example> drawings) {
  public Word {
    imageNetClasses = List.copyOf(imageNetClasses);
    drawings = List.copyOf(drawings);
  }
}
