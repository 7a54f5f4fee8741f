package io.sketchstream.trainer.data;

/// The examples that runs learn nothing from, so that models can be judged by them: those whose
/// file name hashes below a share, whatever others there are. Classes are all learned.
///
/// @param share of all examples, 0 to 1; nought: none
public record HeldOutExamples(double share) {
  /// No example is known to be held out.
  public static final HeldOutExamples NONE = new HeldOutExamples(0);

  /// @throws IllegalArgumentException when it is no share
  public HeldOutExamples {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("'" + share + "' is not a share of the examples");
    }
  }

  /// @param fileName of the example
  public boolean contains(String fileName) {
    return rank(fileName) < share;
  }

  /// Where an example stands among all: the lowest are held out first.
  public static double rank(String fileName) {
    return StableHash.fraction("example/" + fileName);
  }
}
