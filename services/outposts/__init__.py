"""outposts: what the seven 东西部劳务协作服务站 do for the workers in their care."""
