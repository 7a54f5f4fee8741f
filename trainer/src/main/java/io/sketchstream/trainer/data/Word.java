package io.sketchstream.trainer.data;

import java.util.List;
import java.util.Optional;

/// A word that people draw, with drawings and with names in ImageNet, whether or not there are
/// photos of it.
///
/// @param name such as `alarm clock`
/// @param imageNetClasses the classes of ImageNet that are right answers, by index
/// @param concept the class of photos that is the same thing, where there is one
/// @param drawings to train on; their label is the word
public record Word(
    String name, List<Integer> imageNetClasses, Optional<String> concept, List<Example> drawings) {
  public Word {
    imageNetClasses = List.copyOf(imageNetClasses);
    drawings = List.copyOf(drawings);
  }
}
