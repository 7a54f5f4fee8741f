package io.sketchstream.query.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class MatchFeedTest {
  /// Such as to a HEAD, or of a caller that has hung up meanwhile.
  @Test
  void keepsNoPlaceForAnAnswerThatIsNeverWritten() {
    MatchFeed feed = new MatchFeed(1, new ObjectMapper(), null);
    for (int i = 0; i < 3; i++) {
      try (Response answer = feed.live(null, "", uri -> uri, Optional.empty())) {
        assertEquals(200, answer.getStatus());
      }
    }
  }
}
