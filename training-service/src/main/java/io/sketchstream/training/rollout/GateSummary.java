package io.sketchstream.training.rollout;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The measurements of a gate for a candidate and for the generation that was active, by the names
/// of the metrics in `models`, the manifest and reports; and a sentence that summarises them.
public final class GateSummary {
  /// 1 when the candidate passed, 0 when it did not.
  public static final String PASSED = "gate.passed";

  /// Mean average precision on held-out sketches, the mean over their classes.
  public static final String MAP = "gate.mAP";

  public static final String ACTIVE_MAP = "gate.active.mAP";
  public static final String GAIN = "gate.difference";

  /// The lower end of the confidence interval of the gain.
  public static final String GAIN_LOW = "gate.difference.low";

  public static final String SKETCHES = "gate.sketches";

  /// How many of these are contours of photos; absent if there are none.
  public static final String CONTOURS = "gate.contours";

  public static final String CLASSES = "gate.classes";

  /// The estimated change outside the labelled classes; absent if there are too few unlabelled
  /// images.
  public static final String ELSEWHERE = "gate.elsewhere.difference";

  /// 1 when the change elsewhere is tolerable, 0 when it is not.
  public static final String ELSEWHERE_PASSED = "gate.elsewhere.passed";

  private GateSummary() {}

  /// The result in a sentence without a full stop; empty when no gate measured the model.
  ///
  /// ```
  /// Better: .96 vs .84 on 24 sketches of 6 classes; elsewhere -.01
  /// ```
  public static Optional<String> sentence(Map<String, Double> metrics) {
    if (!metrics.containsKey(PASSED)
        || !metrics.containsKey(MAP)
        || !metrics.containsKey(ACTIVE_MAP)) {
      return Optional.empty();
    }
    return Optional.of(
        String.format(
            Locale.ROOT,
            "%s: %s vs %s on %.0f sketches%s of %.0f classes; elsewhere %s",
            judgement(metrics),
            share(metrics.get(MAP)),
            share(metrics.get(ACTIVE_MAP)),
            metrics.getOrDefault(SKETCHES, 0.0),
            metrics.containsKey(CONTOURS)
                ? " (%.0f are contours of photos)".formatted(metrics.get(CONTOURS))
                : "",
            metrics.getOrDefault(CLASSES, 0.0),
            metrics.containsKey(ELSEWHERE)
                ? change(metrics.get(ELSEWHERE))
                : "not measured (too few unlabelled images)"));
  }

  private static String judgement(Map<String, Double> metrics) {
    if (metrics.get(PASSED) == 1) {
      return "Better";
    }
    if (metrics.getOrDefault(ELSEWHERE_PASSED, 1.0) == 0) {
      return "Worse elsewhere";
    }
    return metrics.get(MAP) > metrics.get(ACTIVE_MAP) ? "Not clearly better" : "Not better";
  }

  /// `.96`, `1.00`.
  private static String share(double value) {
    return String.format(Locale.ROOT, "%.2f", value).replaceFirst("^0\\.", ".");
  }

  /// `+.02`, `-.01`, `.00`.
  private static String change(double value) {
    String text = String.format(Locale.ROOT, "%+.2f", value).replaceFirst("0\\.", ".");
    return text.substring(1).equals(".00") ? ".00" : text;
  }
}
