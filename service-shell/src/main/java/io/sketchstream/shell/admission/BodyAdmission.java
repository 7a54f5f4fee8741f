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
/// @param form its parts; empty when it has none, or is held in memory as a whole
/// @param formBytesMax what they may take in memory
final record BodyAdmission(
    RoutingContext context,
    BodyKind kind,
    long bytesMax,
    String setting,
    boolean streamed,
    Admission slots,
    Optional<FormMemory> form,
    long formBytesMax,
    SlowBodies slow,
    MeterRegistry meters)
    implements AdmittedBody.Gate {

  static final String OVERLOADED = "overloaded";

  /// This share of what a form may take in memory is not reserved: the headers of some files.
  private static final int FORM_FREE_SHARE = 64;

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
    enter(memory());
  }

  @Override
  public void took(byte[] bytes, int offset, int count) {
    if (form.isEmpty()) {
      return;
    }
    long taken = form.get().take(bytes, offset, count);
    if (taken > formBytesMax) {
      counted("too-large");
      throw new ProblemException(
          Problem.of(
                  413,
                  "the parts that are no files, and the headers of all parts, have more than %d"
                          .formatted(formBytesMax)
                      + " bytes (admission.form-bytes-max)")
              .with("reason", "too-large"));
    }
    if (taken > formBytesMax / FORM_FREE_SHARE && form.get().reserve()) {
      enter(formBytesMax);
    }
  }

  private void enter(long bytes) {
    Ticket ticket =
        slots
            .tryEnter(Callers.address(context.request()), bytes)
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
