class GitHubApp:
    pass
