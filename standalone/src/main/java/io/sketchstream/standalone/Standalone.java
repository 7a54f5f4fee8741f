package io.sketchstream.standalone;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import io.sketchstream.broker.BrokerPorts;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/// Runs the whole of Sketchstream on one machine.
///
/// ```
/// up:   home locked ──> broker ─┐
///                    Quarkus ───┴──> services ──> ready
/// down: HTTP ──> services' loops and their Kafka clients ──> broker ──> home released
/// ```
///
/// Exit code: 0 after a stop in order, 1 when it can't start or the broker fails, 2 for a wrong
/// command line.
@QuarkusMain(name = "standalone")
public final class Standalone {
  private static final Duration STOP_MAX = Duration.ofSeconds(9);
  private static final int FAILED = 1;
  private static final int USAGE = 2;

  // Made before there is a second thread: two that wake the log manager at once wait for each
  // other.
  private static final Logger LOG = Logger.getLogger(Standalone.class);

  // Held, because a logger that nobody holds forgets its level.
  private static final List<java.util.logging.Logger> TALKATIVE =
      Stream.of("kafka", "org.apache.kafka", "state.change.logger", "org.hibernate")
          .map(java.util.logging.Logger::getLogger)
          .toList();

  private Standalone() {}

  public static void main(String... args) {
    // What they say before Quarkus sets up the log is kept, and would come out if it never does.
    TALKATIVE.forEach(logger -> logger.setLevel(Level.WARNING));
    if (List.of(args).contains("--help")) {
      System.out.print(UpOptions.USAGE);
      return;
    }
    int exitCode;
    try {
      exitCode = run(UpOptions.parse(args));
    } catch (RefusedStartException e) {
      System.err.println("sketchstream: " + e.getMessage());
      exitCode = USAGE;
    }
    System.exit(exitCode);
  }

  private static int run(UpOptions options) {
    OrderlyStop stop = OrderlyStop.register(STOP_MAX);
    int exitCode = FAILED;
    try (Home home = Home.open(options.home(), Home.FREE_SIZE_MIN)) {
      int port = requireFreePort(options.port());
      ModelChoice model = ModelChoice.of(options.model(), home);
      exitCode = serve(port, home, model, stop);
    } catch (RefusedStartException e) {
      System.err.println("sketchstream: " + e.getMessage());
    } finally {
      stop.finished(exitCode);
    }
    return exitCode;
  }

  /// Starts broker and services, and returns when both have stopped.
  private static int serve(int port, Home home, ModelChoice model, OrderlyStop stop)
      throws RefusedStartException {
    BrokerPorts ports = BrokerPorts.free();
    LOG.infof("home %s, Kafka at %s", home, ports.bootstrapServers());
    home.write("kafka.address", ports.bootstrapServers() + "\n");
    Settings.apply(port, home, model, ports.bootstrapServers());
    BrokerFailure.watch(home, stop);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    int[] exitCode = {0};
    try (BrokerStart _ = BrokerStart.begin(home.resolve("kafka"), ports)) {
      Quarkus.run(
          Readiness.class,
          (code, cause) -> {
            exitCode[0] = code;
            failure.set(cause);
          });
    }
    if (failure.get() != null) {
      throw new RefusedStartException(sentence(failure.get(), port, home), failure.get());
    }
    return exitCode[0];
  }

  /// Asked before anything is started, so that the answer comes at once.
  ///
  /// @return the port, or a free one for 0: the services must know it before it is opened
  private static int requireFreePort(int port) throws RefusedStartException {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true); // As the server does: a port in TIME_WAIT is free.
      socket.bind(new InetSocketAddress("127.0.0.1", port));
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new RefusedStartException(portInUse(port), e);
    }
  }

  private static String portInUse(int port) {
    return "port " + port + " is in use; stop what listens there or choose another with --port";
  }

  private static String sentence(Throwable failure, int port, Home home) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    if (root instanceof java.net.BindException
        || root.getClass().getSimpleName().equals("QuarkusBindException")) {
      return portInUse(port);
    }
    if (home.isFull()) {
      return "the disk of home " + home + " is full";
    }
    String reason = root.getMessage() == null ? root.toString() : root.getMessage();
    return "can't start: "
        // The first line of a refused configuration names no key; the next ones do.
        + reason.lines().limit(4).map(String::strip).collect(Collectors.joining(" "))
        + " (more in "
        + Settings.log(home)
        + ")";
  }
}
