#!/usr/bin/env pwsh
# The steps of build.sh, for PowerShell: build (no argument), run, test, fuzz, demo, bench, publish; `build.ps1 help` says what each does.
# The daemon captures on Linux only; elsewhere `build` and `test` of what needs no network still work.
param([string] $Step = 'build', [Parameter(ValueFromRemainingArguments)] [string[]] $Rest = @())
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $false
Set-Location $PSScriptRoot
$env:DOTNET_NOLOGO = '1'
$env:DOTNET_CLI_TELEMETRY_OPTOUT = '1'
if ($IsLinux) { $env:PATH += ':/usr/local/sbin:/usr/sbin:/sbin' }
$artifacts = if ($env:ArtifactsPath) { $env:ArtifactsPath } else { Join-Path $PSScriptRoot 'artifacts' }
$isRoot = $IsLinux -and (id -u) -eq '0'

function Fail([string] $Text) { [Console]::Error.WriteLine("build.ps1: $Text"); exit 1 }

function Invoke-Step { # a native command, stopping at the first that fails
  $command, $arguments = $args
  & $command @arguments
  if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
}

function Test-Present([string] $Sign) { # a command, a library or a path
  if ($Sign.StartsWith('/')) { return Test-Path $Sign }
  if ($Sign.Contains('.so.')) { return [bool] ($script:libraries -match [regex]::Escape("$Sign ")) }
  return [bool] (Get-Command $Sign -CommandType Application -ErrorAction Ignore)
}

function Install-Missing([string[]] $Groups) {
  if (-not $IsLinux) { return }
  $script:libraries = ldconfig -p
  $missing = Get-Content .ci/packages | Where-Object { $_ -notmatch '^#' } | ForEach-Object {
    $group, $package, $sign = -split $_
    if ($group -in $Groups -and -not (Test-Present $sign)) { $package }
  }
  if (-not $missing) { return }
  if (-not $isRoot) { Fail "missing: $missing. Run this as root, or first: sudo apt-get install $missing" }
  if (-not (Get-Command apt-get -ErrorAction Ignore)) { Fail "missing: $missing (names of Debian; there is no apt-get here). Install what they are called on this system." }
  Write-Output "build.ps1: installing $missing"
  $policy = '/usr/sbin/policy-rc.d' # no service of these packages may start
  $made = -not (Test-Path $policy)
  if ($made) { Set-Content $policy "#!/bin/sh`nexit 101"; chmod 755 $policy }
  try {
    apt-get update -qq
    $env:DEBIAN_FRONTEND = 'noninteractive'
    apt-get install -y -qq --no-install-recommends @missing | Out-Null
    if ($LASTEXITCODE -ne 0) { Fail "apt-get could not install $missing" }
  }
  finally { if ($made) { Remove-Item $policy } }
}

function Assert-Sdk { if (-not (Get-Command dotnet -ErrorAction Ignore)) { Fail 'the .NET 10 SDK is missing: https://dotnet.microsoft.com/download' } }
function Assert-Root([string] $What) { if (-not $isRoot) { Fail "$What makes network namespaces and captures: run it as root, on Linux" } }
function Build([string[]] $Groups) { Install-Missing (@('run') + $Groups); Assert-Sdk; Invoke-Step dotnet build PortSentry.Actors.sln -c Release -v quiet --nologo }

function Publish {
  Assert-Sdk
  $folder = Join-Path $artifacts 'portsentry'
  if (Test-Path $folder) { Remove-Item -Recurse $folder }
  Invoke-Step dotnet publish src/PortSentry.Daemon -c Release -v quiet --nologo --use-current-runtime --self-contained false '-p:PublishReadyToRun=true' '-p:PublishDocumentationFile=false' '-p:PublishReferencesDocumentationFiles=false' -o $folder
  $env:PORTSENTRY = Join-Path $folder 'portsentry'
}

function Test-Wanted([string] $Name, [string[]] $Words) { -not $Words -or ($Words | Where-Object { $Name.Contains($_) }) }
function Get-EndToEnd { "$artifacts/bin/EndToEnd/release/EndToEnd.dll" }

function Invoke-Tests([string[]] $Words) {
  $passed = 0; $failed = 0
  foreach ($project in @(Get-ChildItem tests/PortSentry.*/*.csproj) + @(Get-Item tests/EndToEnd/EndToEnd.csproj)) {
    $name = $project.BaseName
    if (-not (Test-Wanted $name $Words)) { continue }
    $trx = "$artifacts/test-results/$name.trx"
    if (Test-Path $trx) { Remove-Item $trx }
    dotnet test "$artifacts/bin/$name/release/$name.dll" --nologo --logger "trx;LogFileName=$name.trx" --results-directory "$artifacts/test-results" --blame-hang-timeout 5m --blame-hang-dump-type none | Out-Host
    $status = $LASTEXITCODE
    $p = 0; $f = 0
    if (Test-Path $trx) { $counters = ([xml] (Get-Content -Raw $trx)).TestRun.ResultSummary.Counters; $p = [int] $counters.passed; $f = [int] $counters.failed }
    if ($status -ne 0 -and $f -eq 0) { Write-Warning "the tests of $name broke off (exit $status)"; $f = 1 }
    $passed += $p; $failed += $f
  }
  Write-Output '' "$passed passed, $failed failed"
  if ($failed -ne 0 -or $passed -eq 0) { exit 1 }
}

function Invoke-Fuzz([int] $Seconds) {
  $end = (Get-Date).AddSeconds($Seconds)
  do {
    $env:PORTSENTRY_FUZZ_SEED = Get-Random -Maximum 1000000000
    $env:PORTSENTRY_FUZZ_CASES = 5000
    $files = Get-ChildItem tests -Recurse -Filter '*Fuzz*.cs' | Where-Object { Select-String -Quiet '\[Fact\]' $_.FullName }
    foreach ($project in $files | ForEach-Object { (Resolve-Path -Relative $_.FullName).Split([IO.Path]::DirectorySeparatorChar)[2] } | Sort-Object -Unique) {
      Write-Output "== $project, seed $($env:PORTSENTRY_FUZZ_SEED)"
      dotnet test "$artifacts/bin/$project/release/$project.dll" --nologo --filter 'FullyQualifiedName~Fuzz' --blame-hang-timeout 15m --blame-hang-dump-type none --results-directory "$artifacts/test-results"
      if ($LASTEXITCODE -ne 0) { Fail "PORTSENTRY_FUZZ_SEED=$($env:PORTSENTRY_FUZZ_SEED) PORTSENTRY_FUZZ_CASES=5000 fails in $project" }
    }
  } while ((Get-Date) -lt $end)
}

function Invoke-Benches([string[]] $Words) {
  foreach ($project in Get-ChildItem bench/*/*.csproj -ErrorAction Ignore) {
    $name = $project.Directory.Name
    if (Test-Wanted $name $Words) { Write-Output "== $name"; Invoke-Step dotnet run --project $project -c Release }
  }
  if (Test-Wanted 'block' $Words) { Write-Output '== block'; Invoke-Step dotnet (Get-EndToEnd) block }
}

switch ($Step) {
  'build'   { Build }
  'run'     { Install-Missing 'run'; Assert-Sdk; Invoke-Step dotnet build src/PortSentry.Daemon -c Release -v quiet --nologo; Invoke-Step "$artifacts/bin/PortSentry.Daemon/release/portsentry" run @Rest }
  'test'    { Assert-Root 'test'; Build 'demo', 'test'; Publish; Invoke-Tests $Rest }
  'fuzz'    { Build; Invoke-Fuzz $(if ($Rest) { $Rest[0] } else { 60 }) }
  'demo'    { Assert-Root 'demo'; Build 'demo'; Publish; Invoke-Step dotnet (Get-EndToEnd) demo @Rest }
  'bench'   { Assert-Root 'bench'; Build 'demo', 'test'; Publish; Invoke-Benches $Rest }
  'publish' { Publish; Write-Output $env:PORTSENTRY }
  'help'    { Get-Content build.sh | Select-Object -Skip 1 -First 8 }
  default   { Fail "no step '$Step'; see: build.ps1 help" }
}
