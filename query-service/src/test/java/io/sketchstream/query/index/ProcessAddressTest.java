package io.sketchstream.query.index;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.internals.StreamsMetadataImpl;
import org.junit.jupiter.api.Test;

final class ProcessAddressTest {
  @Test
  void isThatOfHttpWhereNoneIsConfigured() {
    assertEquals("[::1]:8083", ProcessAddress.of(Optional.empty(), "::1", 8083));
    assertEquals("localhost:8083", ProcessAddress.of(Optional.empty(), "localhost", 8083));
  }

  @Test
  void reachesItselfWhereverHttpListens() {
    assertEquals("127.0.0.1:80", ProcessAddress.ofItself("0.0.0.0", 80));
    assertEquals("127.0.0.1:80", ProcessAddress.ofItself("::", 80));
    assertEquals("[::1]:80", ProcessAddress.ofItself("::1", 80));
    assertEquals("192.168.1.5:80", ProcessAddress.ofItself("192.168.1.5", 80));
  }

  /// Kafka Streams takes the brackets off; a process has to recognise itself.
  @Test
  void isTheSameInThePlacement() {
    String address = ProcessAddress.of(Optional.of("[fd00::1]:8083"), "::", 1);
    HostInfo host = HostInfo.buildFromEndpoint(address);

    Placement placement =
        Placement.of(
            1, List.of(new StreamsMetadataImpl(host, Set.of(), Set.of(), Set.of(), Set.of())));

    assertEquals(List.of(address), List.copyOf(placement.processes()));
  }
}
