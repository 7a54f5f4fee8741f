package io.sketchstream.training.rollout;

/// Answers as the description of the API shows them.
final class ModelExamples {
  static final String MODELS =
      """
      {"active": "g-5f2c", "leading": true, "trouble": "",
       "models": [{"generation": "g-5f2c", "number": 1, "state": "ACTIVE", "epoch": 1,
                   "network": "mobilenet-v2", "dimension": 192, "metrics": {"recallAt10": 0.71},
                   "reason": "shipped", "registeredAt": "2026-01-31T12:00:00Z",
                   "changedAt": "2026-01-31T12:00:00Z", "report": false,
                   "artifactUri": "", "artifactSha256": ""}]}
      """;

  private ModelExamples() {}
}
