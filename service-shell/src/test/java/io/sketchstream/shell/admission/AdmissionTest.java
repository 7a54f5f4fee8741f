package io.sketchstream.shell.admission;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.shell.admission.Admission.Ticket;
import org.junit.jupiter.api.Test;

final class AdmissionTest {
  @Test
  void boundsRequests() {
    Admission admission = new Admission(2, 1 << 20, 1);
    Ticket first = admission.tryEnter("a", 0).orElseThrow();
    Ticket second = admission.tryEnter("a", 0).orElseThrow();
    assertTrue(admission.tryEnter("a", 0).isEmpty());
    first.close();
    first.close();
    assertTrue(admission.tryEnter("a", 0).isPresent());
    assertTrue(admission.tryEnter("a", 0).isEmpty(), "closing twice frees one place");
    second.close();
  }

  @Test
  void boundsBytesButAdmitsOneLargeBodyAlone() {
    Admission admission = new Admission(10, 100 << 10, 1);
    Ticket large = admission.tryEnter("a", 500 << 10).orElseThrow();
    assertTrue(admission.tryEnter("a", 1).isEmpty());
    large.close();
    Ticket half = admission.tryEnter("a", 60 << 10).orElseThrow();
    assertTrue(admission.tryEnter("a", 60 << 10).isEmpty());
    assertTrue(admission.tryEnter("a", 40 << 10).isPresent());
    half.close();
  }

  @Test
  void limitsTheShareOfOneAddress() {
    Admission admission = new Admission(4, 100 << 10, 0.75);
    Ticket first = admission.tryEnter("a", 0).orElseThrow();
    var _ = admission.tryEnter("a", 0).orElseThrow();
    var _ = admission.tryEnter("a", 0).orElseThrow();
    assertTrue(admission.tryEnter("a", 0).isEmpty());
    Ticket other = admission.tryEnter("b", 0).orElseThrow();
    first.close();
    other.close();
    assertTrue(admission.tryEnter("a", 0).isPresent());
    assertTrue(admission.tryEnter("b", 0).isPresent());
  }

  @Test
  void limitsTheMemoryOfOneAddress() {
    Admission admission = new Admission(10, 100 << 10, 0.5);
    var _ = admission.tryEnter("a", 40 << 10).orElseThrow();
    assertTrue(admission.tryEnter("a", 40 << 10).isEmpty());
    assertTrue(admission.tryEnter("b", 40 << 10).isPresent());
    Admission idle = new Admission(10, 100 << 10, 0.5);
    assertTrue(idle.tryEnter("a", 90 << 10).isPresent(), "alone, one may be as large as any");
  }
}
