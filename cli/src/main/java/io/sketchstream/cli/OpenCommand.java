package io.sketchstream.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.lang.ProcessBuilder.Redirect;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `open`: opens the page in a browser.
@Command(
    name = "open",
    description = "Open the web page of the server in a browser, and print its address.",
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    footerHeading = "%nExamples:%n",
    footer = {"  sketchstream open", "  sketchstream open --print"})
final class OpenCommand implements Callable<Integer> {
  private static final List<String> BROWSERS = List.of("xdg-open", "open", "wslview");

  private static final long FAILURE_MILLIS_MAX = 3_000;

  @Mixin private ServerOption server;

  @Option(names = "--print", description = "Only print the address.")
  private boolean onlyPrint;

  @Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() {
    try (Server open = server.open()) {
      Server.expectJson(open.get("/v1/status", Map.of()));
      PrintWriter out = spec.commandLine().getOut();
      out.println(open.base());
      out.flush();
      if (onlyPrint || BROWSERS.stream().anyMatch(b -> starts(b, open.base().toString()))) {
        return 0;
      }
      throw new CommandFailure(
          "no browser could be started (tried %s); open the address yourself"
              .formatted(String.join(", ", BROWSERS)));
    }
  }

  private static boolean starts(String program, String address) {
    try {
      Process browser =
          new ProcessBuilder(program, address)
              .redirectOutput(Redirect.DISCARD)
              .redirectError(Redirect.DISCARD)
              .start();
      // One that finds no browser says so at once; others may stay.
      return !browser.waitFor(FAILURE_MILLIS_MAX, TimeUnit.MILLISECONDS)
          || browser.exitValue() == 0;
    } catch (IOException _) {
      return false; // It is not installed.
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
