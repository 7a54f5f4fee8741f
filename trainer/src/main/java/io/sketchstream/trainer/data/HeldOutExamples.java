package io.sketchstream.trainer.data;

/// The examples that are never trained on, so that models can be evaluated on them: those whose
/// hashed file name falls below a share, independent of the other examples. No class is held out as
/// a whole.
///
/// @param share of all examples, 0 to 1; 0 holds out none
public record HeldOutExamples(double share) {
  /// Holds out no example.
  public static final HeldOutExamples NONE = new HeldOutExamples(0);

  /// @throws IllegalArgumentException when the share is not from 0 to 1
  public HeldOutExamples {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("'" + share + "' is not a share of the examples");
    }
  }

  /// @param fileName file name of the example
  public boolean contains(String fileName) {
    return rank(fileName) < share;
  }

  /// The rank of an example, 0 to 1; the lowest are held out first.
  public static double rank(String fileName) {
    return StableHash.fraction("example/" + fileName);
  }
}
