package io.sketchstream.shell.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.vertx.core.http.HttpClosedException;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.ElementKind;
import jakarta.validation.Path;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.UnsupportedEncodingException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/// Turns every exception that ends a request into a [Problem].
final class ProblemMappers {
  private static final String FORM_PARSER = "org.jboss.resteasy.reactive.server.core.multipart.";
  private static final Logger LOG = Logger.getLogger(ProblemMappers.class);
  private static final String BODY = "the body";
  private static final int TEXT_LENGTH_MAX = 200;
  private static final List<String> HEADERS_KEPT =
      List.of(HttpHeaders.ALLOW, HttpHeaders.WWW_AUTHENTICATE, HttpHeaders.RETRY_AFTER);

  @ServerExceptionMapper
  public Response problem(ProblemException e) {
    return e.problem().response();
  }

  /// Requests that the framework refuses: no such path, method or type, or an unreadable body.
  @ServerExceptionMapper
  public Response refusal(WebApplicationException e, ContainerRequestContext request) {
    Response refused = e.getResponse();
    if (refused.getStatus() < 400) {
      return refused;
    }
    Response.ResponseBuilder response =
        Response.fromResponse(describe(e, refused.getStatus(), request).response());
    for (String header : HEADERS_KEPT) {
      Optional.ofNullable(refused.getHeaderString(header))
          .ifPresent(value -> response.header(header, value));
    }
    return response.build();
  }

  /// A body that is not the expected JSON.
  @ServerExceptionMapper({JsonProcessingException.class, MismatchedInputException.class})
  public Response unreadable(JsonProcessingException e) {
    return Problem.of(400, StrictJson.mistake(BODY, e)).response();
  }

  /// A parameter or a body outside its bounds.
  @ServerExceptionMapper
  public Response invalid(ConstraintViolationException e) {
    if (e.getConstraintViolations().stream().anyMatch(ProblemMappers::isOurs)) {
      return unexpected(e);
    }
    List<Map<String, String>> violations =
        e.getConstraintViolations().stream()
            .map(violation -> Map.of("field", field(violation), "message", violation.getMessage()))
            .sorted((a, b) -> a.get("field").compareTo(b.get("field")))
            .toList();
    String detail =
        violations.stream()
            .map(violation -> violation.get("field") + ": " + violation.get("message"))
            .collect(Collectors.joining("; "));
    return Problem.of(400, detail).with("violations", violations).response();
  }

  /// Anything else is our fault: its cause is logged under an id that the caller gets.
  @ServerExceptionMapper
  public Response unexpected(Throwable e) {
    if (isHangUp(e)) {
      LOG.debugf(e, "the connection was closed");
      return Problem.of(400, "the connection was closed before the request was read").response();
    }
    if (isCutForm(e)) {
      return Problem.of(400, "the multipart body ends before its last boundary").response();
    }
    if (isOfForm(e) && String.valueOf(e.getMessage()).startsWith("Param limit")) {
      return Problem.of(
              413, "the multipart body has too many parts (quarkus.http.limits.max-parameters)")
          .response();
    }
    if (isOfForm(e) && !isOfDisk(e)) {
      return Problem.of(
              400,
              "the multipart body can't be read: its boundary, or a header or the encoding of a part"
                  + " is not valid")
          .response();
    }
    return UnexpectedFailure.problem(e).response();
  }

  /// Whether the parser of the framework failed, which throws nearly anything for a bad part.
  private static boolean isOfForm(Throwable e) {
    return e instanceof Exception
        && Arrays.stream(e.getStackTrace())
            .anyMatch(call -> call.getClassName().startsWith(FORM_PARSER));
  }

  /// Whether a file could not be written; else it is the body.
  private static boolean isOfDisk(Throwable e) {
    Throwable cause = e.getCause() instanceof IOException io ? io : e;
    return cause instanceof IOException
        && !(cause instanceof UnsupportedEncodingException)
        && !cause.getClass().getName().startsWith(FORM_PARSER);
  }

  /// The framework has no type of its own for it.
  private static boolean isCutForm(Throwable e) {
    return e instanceof IOException
        && String.valueOf(e.getMessage()).contains("terminated parsing multipart");
  }

  /// Whether the connection was closed, by the caller or by a stop of the service.
  private static boolean isHangUp(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof HttpClosedException) {
        return true;
      }
    }
    return false;
  }

  private static Problem describe(
      WebApplicationException e, int status, ContainerRequestContext request) {
    if (json(e).isPresent()) {
      return Problem.of(400, StrictJson.mistake(BODY, json(e).get()));
    }
    if (status == 404 && e.getCause() != null) { // Jakarta's answer to a malformed number.
      return Problem.of(400, "a parameter of the request can't be read");
    }
    return switch (status) {
      case 404 -> nothingAt(request.getUriInfo().getRequestUri().getRawPath());
      case 405 ->
          Problem.of(405, "this path does not support the method " + bounded(request.getMethod()));
      case 406 ->
          Problem.of(
              406,
              "no answer has a type that Accept allows: " + header(request, HttpHeaders.ACCEPT));
      case 413 -> Problem.of(413, "the body is larger than this path accepts");
      case 415 ->
          Problem.of(
              415,
              "this path does not accept a body of Content-Type "
                  + header(request, HttpHeaders.CONTENT_TYPE));
      default -> Problem.of(status);
    };
  }

  static Problem nothingAt(String path) {
    return Problem.of(404, "there is nothing at " + bounded(path));
  }

  private static String header(ContainerRequestContext request, String name) {
    String value = request.getHeaderString(name);
    return value == null ? "(none is given)" : "'" + bounded(value) + "'";
  }

  private static Optional<JsonProcessingException> json(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof JsonProcessingException json) {
        return Optional.of(json);
      }
    }
    return Optional.empty();
  }

  private static boolean isOurs(ConstraintViolation<?> violation) {
    return StreamSupport.stream(violation.getPropertyPath().spliterator(), false)
        .anyMatch(node -> node.getKind() == ElementKind.RETURN_VALUE);
  }

  /// Name of the parameter or of the field in the body, not of our method.
  private static String field(ConstraintViolation<?> violation) {
    return bounded(
        StreamSupport.stream(violation.getPropertyPath().spliterator(), false)
            .filter(node -> node.getKind() != ElementKind.METHOD)
            .map(Path.Node::toString)
            .collect(Collectors.joining(".")));
  }

  private static String bounded(String text) {
    return text.length() > TEXT_LENGTH_MAX ? text.substring(0, TEXT_LENGTH_MAX) + "…" : text;
  }
}
