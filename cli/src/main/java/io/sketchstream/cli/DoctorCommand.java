package io.sketchstream.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.management.OperatingSystemMXBean;
import io.sketchstream.cli.Server.Answer;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `doctor`: checks the machine and the server.
@Command(
    name = "doctor",
    description = "Check this machine and the server, and say how to fix what is wrong.",
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:all is well", "1:something is wrong", "2:the command line is not valid"},
    footerHeading = "%nExamples:%n",
    footer = {"  sketchstream doctor", "  sketchstream doctor --home /srv/gallery"})
final class DoctorCommand implements Callable<Integer> {
  private static final long MEMORY_MIN = 3L << 30;
  private static final long DISK_MIN = 2L << 30;

  @Mixin private ServerOption server;

  @Option(
      names = "--home",
      paramLabel = "DIR",
      description = "Home of the installation (default: $$SKETCHSTREAM_HOME, or ~/.sketchstream).",
      defaultValue = "${env:SKETCHSTREAM_HOME:-${sys:user.home}/.sketchstream}")
  private Path home;

  @Spec private CommandLine.Model.CommandSpec spec;

  private boolean wrong;

  @Override
  public Integer call() {
    java();
    memory();
    disk();
    fileNames();
    try (Server open = server.open()) {
      server(open);
    }
    return wrong ? Main.FAILED : 0;
  }

  private void java() {
    report(
        Runtime.version().feature() >= 25,
        "java",
        Runtime.version() + " in " + System.getProperty("java.home"),
        "install a JDK 25");
  }

  private void memory() {
    long size =
        ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getTotalMemorySize();
    report(
        size >= MEMORY_MIN,
        "memory",
        gigabytes(size) + " total, " + Runtime.getRuntime().availableProcessors() + " processors",
        "'up' needs " + gigabytes(MEMORY_MIN));
  }

  private void disk() {
    Path existing = home.toAbsolutePath();
    while (!Files.exists(existing)) {
      existing = existing.getParent();
    }
    try {
      long free = Files.getFileStore(existing).getUsableSpace();
      report(
          free >= DISK_MIN && Files.isWritable(existing),
          "disk",
          gigabytes(free) + " free at " + existing,
          "choose a home that can be written, with " + gigabytes(DISK_MIN) + " free: --home");
    } catch (IOException e) {
      report(false, "disk", existing + ": " + Reasons.of(e), "choose another home: --home");
    }
  }

  private void fileNames() {
    String encoding = System.getProperty("sun.jnu.encoding");
    report(
        encoding.equals("UTF-8"),
        "file names",
        encoding,
        "set LC_ALL=C.UTF-8, else names that are not ASCII can't be read");
  }

  private void server(Server open) {
    try {
      Answer health = open.get("/q/health", Map.of());
      for (JsonNode check : health.json().path("checks")) {
        if (!check.path("status").asText().equals("UP")) {
          report(
              false,
              "server",
              check.path("name").asText() + ": " + check.path("data"),
              "see the log, logs/sketchstream.log in the home");
        }
      }
      if (health.ok()) {
        report(true, "server", open.base() + " is ready", "");
      }
      Answer status = open.get("/v1/status", Map.of());
      report(status.ok(), "access", status.ok() ? "granted" : status.problem(), "use --token");
    } catch (CommandFailure e) {
      report(false, "server", e.getMessage(), "start it with 'sketchstream up'");
    }
  }

  private void report(boolean good, String what, String found, String advice) {
    PrintWriter out = spec.commandLine().getOut();
    wrong |= !good;
    out.printf("%-5s %-10s %s%s%n", good ? "ok" : "WRONG", what, found, good ? "" : "; " + advice);
    out.flush();
  }

  private static String gigabytes(long size) {
    return String.format(Locale.ROOT, "%.1f GB", size / (double) (1 << 30));
  }
}
