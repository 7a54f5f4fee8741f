package io.sketchstream.trainer.train;

/// Checks the range of a setting.
final class SettingRange {
  private SettingRange() {}

  /// @throws IllegalArgumentException when the value is outside; names the setting and the range
  static void require(String name, double value, double min, double max) {
    if (!(value >= min && value <= max)) {
      throw new IllegalArgumentException(
          "%s is %s to %s, not %s".formatted(name, shown(min), shown(max), shown(value)));
    }
  }

  private static String shown(double number) {
    return number == Math.rint(number) && Math.abs(number) < 1e9
        ? Long.toString((long) number)
        : Double.toString(number);
  }
}
