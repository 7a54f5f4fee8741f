package io.sketchstream.query.webhooks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sketchstream.events.ImageAttributes;
import io.sketchstream.events.StandingQueryMatched;
import org.junit.jupiter.api.Test;

final class DeliveryTest {
  /// Whoever receives it is on another machine.
  @Test
  void tellsNoPathsOfThisMachine() throws Exception {
    assertEquals("", uriTold("file:///home/ann/cat.jpg"));
    assertEquals("https://example.org/cat", uriTold("https://example.org/cat"));
  }

  private static String uriTold(String uri) throws Exception {
    StandingQueryMatched match =
        StandingQueryMatched.newBuilder()
            .setQueryId("q")
            .setImageId("cat")
            .setAttributes(ImageAttributes.newBuilder().setUri(uri))
            .build();
    return new ObjectMapper().readTree(new Delivery(0, 0, match).body()).path("uri").asText(null);
  }
}
