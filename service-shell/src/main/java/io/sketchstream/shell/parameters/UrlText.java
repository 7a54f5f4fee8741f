package io.sketchstream.shell.parameters;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// What a URL says in percent-encoded bytes.
final class UrlText {
  private static final Pattern ENCODED = Pattern.compile("(?:%[0-9A-Fa-f]{2})+");

  private UrlText() {}

  /// The first run of percent-encoded bytes that is not UTF-8, such as `%E9`. A server decodes it
  /// to a replacement character, so that a title in Latin-1 would lose its letters.
  static Optional<String> undecodable(String url) {
    return ENCODED
        .matcher(url)
        .results()
        .map(MatchResult::group)
        .filter(run -> !isUtf8(run))
        .findFirst();
  }

  private static boolean isUtf8(String run) {
    try {
      byte[] bytes = HexFormat.of().parseHex(run.replace("%", ""));
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).hasRemaining();
    } catch (CharacterCodingException _) {
      return false;
    }
  }
}
