package io.sketchstream.shell.problem;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// An error as RFC 9457 describes it.
///
/// @param type `about:blank`: the status says what kind of error it is
/// @param title the status in words
/// @param detail names the input and the reason, for people
/// @param members further members of ours, such as `reason`
@JsonPropertyOrder({"type", "title", "status", "detail"})
public record Problem(
    String type,
    String title,
    int status,
    String detail,
    @JsonAnyGetter Map<String, Object> members) {
  /// The media type of a problem.
  public static final String MEDIA_TYPE = "application/problem+json";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String BLANK = "about:blank";
  static final String RETRY_AFTER_SECONDS = "1";

  /// Keeps the order of the members.
  public Problem {
    members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
  }

  /// A problem without further members.
  public static Problem of(int status, String detail) {
    return new Problem(BLANK, title(status), status, detail, Map.of());
  }

  /// A problem without details beyond its status.
  static Problem of(int status) {
    return of(status, title(status));
  }

  /// A copy with one more member.
  public Problem with(String member, Object value) {
    Map<String, Object> more = new LinkedHashMap<>(members);
    more.put(member, value);
    return new Problem(type, title, status, detail, more);
  }

  /// Whether the same request may succeed a little later.
  boolean isTemporary() {
    return status == 429 || status == 503;
  }

  /// The body of an answer.
  public String text() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a problem can't be written", e);
    }
  }

  /// The answer. Says when to try again where that may help.
  public Response response() {
    Response.ResponseBuilder response = Response.status(status).type(MEDIA_TYPE).entity(this);
    if (isTemporary()) {
      response.header(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
    }
    return response.build();
  }

  private static String title(int status) {
    return switch (status) {
      case 413 -> "Content Too Large"; // Jakarta has the names of older RFCs.
      case 414 -> "URI Too Long";
      case 422 -> "Unprocessable Content";
      case 431 -> "Request Header Fields Too Large";
      default -> {
        Response.Status known = Response.Status.fromStatusCode(status);
        yield known == null ? "Error" : known.getReasonPhrase();
      }
    };
  }
}
