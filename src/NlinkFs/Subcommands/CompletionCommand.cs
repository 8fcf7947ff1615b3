using System.CommandLine;

namespace NlinkFs.Subcommands;

/// <summary>nlinkfs completion: prints a script for the shell, which asks this program itself what fits.</summary>
internal static class CompletionCommand
{
    private const string Bash = """
        _nlinkfs() {
            local IFS=$'\n'
            COMPREPLY=($(compgen -W "$(nlinkfs "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _nlinkfs nlinkfs
        """;

    private const string Zsh = """
        #compdef nlinkfs
        _nlinkfs() {
            local -a found
            found=("${(@f)$(nlinkfs "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
            compadd -- $found
            _files
        }
        if [ "${funcstack[1]}" = _nlinkfs ]; then _nlinkfs; else compdef _nlinkfs nlinkfs; fi
        """;

    private const string Fish = """
        function __nlinkfs
            set -l line (commandline -cp)
            nlinkfs "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
        end
        complete -c nlinkfs -a '(__nlinkfs)'
        """;

    internal static Command Create()
    {
        Argument<string> shell = new("SHELL") { Description = "bash, zsh or fish." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        Command command = new("completion", "Print a completion script for a shell.")
        {
            shell,
        };
        HelpWithExamples.AddTo(command, """
            Examples:
              nlinkfs completion bash > /etc/bash_completion.d/nlinkfs
              nlinkfs completion zsh > /usr/local/share/zsh/site-functions/_nlinkfs
              nlinkfs completion fish > ~/.config/fish/completions/nlinkfs.fish
            """);
        command.SetAction(parsed => Console.Out.WriteLine(parsed.GetRequiredValue(shell) switch
        {
            "bash" => Bash,
            "zsh" => Zsh,
            _ => Fish,
        }));
        return command;
    }
}
