package io.sketchstream.training.labels;

import io.sketchstream.events.FoldedText;

/// Class names as they are compared: composed (Unicode NFC), without outer blanks. Labels come from
/// any client of Kafka, in whatever form its keyboard or file system gives them.
public final class ClassNames {
  private ClassNames() {}

  /// The same name in the form in which it is compared.
  public static String normalized(String className) {
    return FoldedText.composed(className.strip());
  }
}
