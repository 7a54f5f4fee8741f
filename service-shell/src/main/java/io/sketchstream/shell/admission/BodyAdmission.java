package io.sketchstream.shell.admission;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.sketchstream.shell.admission.Admission.Ticket;
import io.sketchstream.shell.problem.Problem;
import io.sketchstream.shell.problem.ProblemException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.io.InputStream;
import java.util.Locale;
import java.util.Optional;

/// The admission of one body.
///
/// @param bytesMax largest size
/// @param setting that holds it
/// @param slots for bodies of its kind
final record BodyAdmission(
    RoutingContext context,
    BodyKind kind,
    long bytesMax,
    String setting,
    boolean streamed,
    Admission slots,
    SlowBodies slow,
    MeterRegistry meters)
    implements AdmittedBody.Gate {

  static final String OVERLOADED = "overloaded";

  /// Why it is refused before any of it is read; empty when it is not.
  Optional<Problem> refusal() {
    if (announced() > bytesMax) {
      return Optional.of(large());
    }
    return slots.hasRoom(Callers.address(context.request()), memory())
        ? Optional.empty()
        : Optional.of(crowded());
  }

  /// The body as the resource may read it.
  InputStream admitted(InputStream body) {
    return new AdmittedBody(body, bytesMax, this);
  }

  @Override
  public void begin() {
    slow.watch(context, () -> counted("too-slow"));
  }

  @Override
  public void enter() {
    Ticket ticket =
        slots
            .tryEnter(Callers.address(context.request()), memory())
            .orElseThrow(() -> new ProblemException(crowded()));
    context.addEndHandler(_ -> ticket.close());
  }

  @Override
  public ProblemException tooLarge() {
    return new ProblemException(large());
  }

  private Problem large() {
    counted("too-large");
    return Problem.of(413, "larger than the limit of %d bytes (%s)".formatted(bytesMax, setting))
        .with("reason", "too-large");
  }

  private Problem crowded() {
    counted(OVERLOADED);
    return Problem.of(429, "too many requests of this kind at once; try again")
        .with("reason", OVERLOADED);
  }

  private void counted(String reason) {
    refused(meters, kind, reason).increment();
  }

  /// Requests of a kind that were refused for a reason.
  static Counter refused(MeterRegistry meters, BodyKind kind, String reason) {
    return Counter.builder("admission.refused")
        .description("Requests whose body was refused")
        .tag("kind", kind.name().toLowerCase(Locale.ROOT))
        .tag("reason", reason)
        .register(meters);
  }

  private long memory() {
    return streamed ? 0 : announced() < 0 ? bytesMax : announced();
  }

  /// @return -1 when its length is not announced
  private long announced() {
    String length = context.request().getHeader(HttpHeaders.CONTENT_LENGTH);
    return length == null ? -1 : Long.parseLong(length); // Vert.x has checked the number.
  }
}
