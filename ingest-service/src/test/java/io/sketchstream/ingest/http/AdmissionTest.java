package io.sketchstream.ingest.http;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.ingest.http.Admission.Ticket;
import org.junit.jupiter.api.Test;

final class AdmissionTest {
  @Test
  void boundsRequests() {
    Admission admission = new Admission(2, 1 << 20);
    Ticket first = admission.tryEnter(0).orElseThrow();
    Ticket second = admission.tryEnter(0).orElseThrow();
    assertTrue(admission.tryEnter(0).isEmpty());
    first.close();
    first.close();
    assertTrue(admission.tryEnter(0).isPresent());
    assertTrue(admission.tryEnter(0).isEmpty(), "closing twice frees one place");
    second.close();
  }

  @Test
  void boundsBytesButLetsALargeBodyThroughAlone() {
    Admission admission = new Admission(10, 100 << 10);
    Ticket large = admission.tryEnter(500 << 10).orElseThrow();
    assertTrue(admission.tryEnter(1).isEmpty());
    large.close();
    Ticket half = admission.tryEnter(60 << 10).orElseThrow();
    assertTrue(admission.tryEnter(60 << 10).isEmpty());
    assertTrue(admission.tryEnter(40 << 10).isPresent());
    half.close();
  }
}
