// Where the site lies: its pages say below which path all others are, which ends in a slash (templates/base.html).

export const root = document.documentElement.dataset.root ?? "/";
