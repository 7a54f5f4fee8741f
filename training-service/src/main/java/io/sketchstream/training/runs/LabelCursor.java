package io.sketchstream.training.runs;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sketchstream.shell.problem.ProblemException;
import java.util.Base64;

/// Where a page of labels begins: after a label id. It has a form of its own, so that what is no
/// cursor is refused and not taken for a place behind all labels.
final class LabelCursor {
  private static final String MARK = "after:";

  private LabelCursor() {}

  /// @param labelId the last of a page; empty where no page follows
  static String of(String labelId) {
    return labelId.isEmpty()
        ? ""
        : Base64.getUrlEncoder().withoutPadding().encodeToString((MARK + labelId).getBytes(UTF_8));
  }

  /// The label id; empty for the first page.
  ///
  /// @throws ProblemException when it is no cursor
  static String labelId(String cursor) {
    if (cursor.isEmpty()) {
      return "";
    }
    try {
      String text = new String(Base64.getUrlDecoder().decode(cursor), UTF_8);
      if (text.startsWith(MARK) && of(text.substring(MARK.length())).equals(cursor)) {
        return text.substring(MARK.length());
      }
    } catch (IllegalArgumentException _) {
      // Refused below.
    }
    throw new ProblemException(400, "cursor is '%.100s', not the next of a page".formatted(cursor));
  }
}
