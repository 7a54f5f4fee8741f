package io.sketchstream.query.webhooks;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sketchstream.events.ImageAttributes;
import io.sketchstream.events.Instants;
import io.sketchstream.events.Sha256;
import io.sketchstream.events.StandingQueryMatched;
import io.sketchstream.query.standing.MatchView;
import io.sketchstream.shell.access.FileUris;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// A match, or its withdrawal, on its way to a webhook.
///
/// @param partition of `matches`
record Delivery(int partition, long offset, StandingQueryMatched match) {
  /// Identifies the match: equal in each attempt, and for every record of the match.
  static final String ID = "Sketchstream-Id";

  /// When the attempt was made, in seconds since 1970.
  static final String TIMESTAMP = "Sketchstream-Timestamp";

  /// `v1=` and the HMAC-SHA256 of the timestamp, a full stop and the body, in hexadecimal.
  static final String SIGNATURE = "Sketchstream-Signature";

  private static final String HMAC = "HmacSHA256";
  private static final ObjectMapper JSON = new ObjectMapper();

  /// Room for what ingest accepts of a title, tags and a URI; larger attributes are left out.
  private static final int ATTRIBUTES_SIZE_MAX = 80 << 10;

  /// Keeps only the parts of a match that are sent, as many wait in memory.
  static Delivery of(int partition, long offset, StandingQueryMatched match) {
    ImageAttributes all = match.getAttributes();
    ImageAttributes attributes =
        ImageAttributes.newBuilder()
            .setTitle(all.getTitle())
            .setUri(all.getUri())
            .addAllTags(all.getTagsList())
            .build();
    return new Delivery(
        partition,
        offset,
        match.toBuilder()
            .setAttributes(
                attributes.getSerializedSize() <= ATTRIBUTES_SIZE_MAX
                    ? attributes
                    : ImageAttributes.getDefaultInstance())
            .build());
  }

  /// Identifies a match: query, image, generation and, as an image may be removed and added again,
  /// its time of ingestion and whether it was removed. A hash, as an image id may have characters
  /// that are not allowed in a header.
  String id() {
    String key =
        String.join(
            "\0",
            match.getQueryId(),
            match.getImageId(),
            match.getGeneration(),
            Instants.of(match.getIngestedAt()).toString(),
            match.getWithdrawn() ? "withdrawal" : "match");
    return Sha256.hex(key);
  }

  byte[] body() {
    ObjectNode body = JSON.createObjectNode();
    body.put("id", id());
    body.put("event", match.getWithdrawn() ? "withdrawal" : "match");
    body.setAll((ObjectNode) JSON.valueToTree(MatchView.of(match, FileUris::withoutPath)));
    try {
      return JSON.writeValueAsBytes(body);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  Map<String, String> headers(byte[] body, String secret, Instant now) {
    String timestamp = Long.toString(now.getEpochSecond());
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(ID, id());
    headers.put(TIMESTAMP, timestamp);
    headers.put(SIGNATURE, "v1=" + signature(secret, timestamp, body));
    return headers;
  }

  static String signature(String secret, String timestamp, byte[] body) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(secret.getBytes(UTF_8), HMAC));
      mac.update((timestamp + ".").getBytes(UTF_8));
      return HexFormat.of().formatHex(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
