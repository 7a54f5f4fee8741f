package io.sketchstream.training.data;

/// The classes that runs learn nothing from, so that models can be judged by them: those whose name
/// hashes below a share, whatever other classes there are.
///
/// @param share of all classes, 0 to 1; nought: none
public record HeldOutClasses(double share) {
  /// No class is known to be held out.
  public static final HeldOutClasses NONE = new HeldOutClasses(0);

  /// @throws IllegalArgumentException when it is no share
  public HeldOutClasses {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("'" + share + "' is no share of the classes");
    }
  }

  public boolean contains(String className) {
    return StableHash.fraction(className) < share;
  }
}
